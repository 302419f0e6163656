import { type InstallerTables, numberIn, type ReadRow, rowsOf, textOf } from "../rows.ts";
import type { IceCheck } from "./check.ts";

/** What a custom action is, without its options ("Summary List of All Custom Action Types"). */
const kindOf = (action: ReadRow): number => numberIn(action, "Type") & 0x3f;

/** Libraries, programs, scripts and messages; installations within an installation are no longer supported. */
const kinds = new Set([1, 2, 5, 6, 17, 18, 19, 21, 22, 34, 35, 37, 38, 50, 51, 53, 54]);
const [setsFolder, setsProperty] = [35, 51];
/** Those whose program, library or script is a file that is installed. */
const fromInstalledFile = new Set([17, 18, 21, 22]);
const [inScript, noImpersonate] = [0x400, 0x800];

const executing = ["InstallExecuteSequence", "AdminExecuteSequence"];
const sequences = [...executing, "InstallUISequence", "AdminUISequence"];
const all = [...sequences, "AdvtExecuteSequence"];

/** The number of an action in a sequence; undefined where it is not in it. */
function numberOf(subject: InstallerTables, sequence: string, action: string): number | undefined {
  const row = rowsOf(subject, sequence).find((it) => it["Action"] === action);
  return row === undefined ? undefined : numberIn(row, "Sequence");
}

/** Every place of every action of the product's own in these sequences. */
function* places(subject: InstallerTables, names: readonly string[]) {
  for (const row of rowsOf(subject, "CustomAction")) {
    const action = textOf(row, "Action");
    for (const sequence of names) {
      const number = numberOf(subject, sequence, action);
      if (number !== undefined) yield { row, action, sequence, number };
    }
  }
}

/** ICE12: folders are set when it is settled where they are, and what they follow from is set before. */
export const ice12: IceCheck = function* (subject) {
  const folders = new Set(rowsOf(subject, "Directory").map((row) => textOf(row, "Directory")));
  for (const row of rowsOf(subject, "CustomAction")) {
    if (kindOf(row) !== setsFolder || folders.has(textOf(row, "Source"))) continue;
    yield `${textOf(row, "Action")} sets ${textOf(row, "Source")}, which is no folder.`;
  }
  for (const { row, action, sequence, number } of places(subject, all)) {
    const settled = numberOf(subject, sequence, "CostFinalize") ?? Number.NaN;
    const kind = kindOf(row);
    if (kind === setsFolder && !(number > settled)) yield `In ${sequence}, ${action} is not after CostFinalize.`;
    if (kind === setsProperty && folders.has(textOf(row, "Source")) && !(number < settled))
      yield `In ${sequence}, ${action} is not before CostFinalize.`;
  }
};

/** ICE68: custom actions are of kinds that there are, and what is to have the rights of the system can have them. */
export const ice68: IceCheck = function* (subject) {
  for (const row of rowsOf(subject, "CustomAction")) {
    const type = numberIn(row, "Type");
    if (!kinds.has(kindOf(row))) yield `${textOf(row, "Action")} is of type ${type}, which there is not.`;
    if ((type & noImpersonate) !== 0 && (type & inScript) === 0)
      yield `${textOf(row, "Action")} is to run as the system, and is not deferred.`;
  }
};

/** ICE75: what is installed runs when it is settled where it is. */
export const ice75: IceCheck = function* (subject) {
  for (const { row, action, sequence, number } of places(subject, sequences)) {
    const settled = numberOf(subject, sequence, "CostFinalize") ?? Number.NaN;
    if (fromInstalledFile.has(kindOf(row)) && !(number > settled))
      yield `In ${sequence}, ${action} is not after CostFinalize.`;
  }
};

/** ICE77: what is deferred is within the transaction. */
export const ice77: IceCheck = function* (subject) {
  for (const { row, action, sequence, number } of places(subject, executing)) {
    if ((numberIn(row, "Type") & inScript) === 0) continue;
    const [from, to] = ["InstallInitialize", "InstallFinalize"].map((it) => numberOf(subject, sequence, it));
    if (from === undefined || to === undefined || number <= from || number >= to)
      yield `In ${sequence}, ${action} is not between InstallInitialize and InstallFinalize.`;
  }
};
