import { numberIn, repeated, rowsOf, textOf } from "../rows.ts";
import type { IceCheck } from "./check.ts";

/** ICE04: every file has a place of its own in the cabinets that the Media table has. */
export const ice04: IceCheck = function* (subject) {
  const files = rowsOf(subject, "File");
  const last = Math.max(0, ...rowsOf(subject, "Media").map((row) => numberIn(row, "LastSequence")));
  for (const row of files) {
    if (numberIn(row, "Sequence") <= last) continue;
    yield `${textOf(row, "File")} is number ${textOf(row, "Sequence")}, and the last file of the Media table is ${last}.`;
  }
  for (const number of repeated(files.map((row) => textOf(row, "Sequence")))) yield `Two files are number ${number}.`;
};

/** ICE30: no two files of a folder have one name, long or short, in letters of either case. */
export const ice30: IceCheck = function* (subject) {
  const folders = new Map(rowsOf(subject, "Component").map((row) => [row["Component"], textOf(row, "Directory_")]));
  const names = rowsOf(subject, "File").flatMap((row) => {
    const own = new Set(textOf(row, "FileName").toLowerCase().split("|"));
    return [...own].map((name) => `${name} of the folder ${folders.get(row["Component_"]) ?? ""}`);
  });
  for (const name of repeated(names)) yield `Two files are ${name}.`;
};

/** ICE60: what has a version has a language, and what has none has a digest. */
export const ice60: IceCheck = function* (subject) {
  const hashed = new Set(rowsOf(subject, "MsiFileHash").map((row) => row["File_"]));
  for (const row of rowsOf(subject, "File")) {
    const versioned = row["Version"] !== undefined;
    if (versioned && row["Language"] === undefined) yield `${textOf(row, "File")} has a version and no language.`;
    if (versioned && hashed.has(row["File"])) yield `${textOf(row, "File")} has a version, and a digest too.`;
  }
};
