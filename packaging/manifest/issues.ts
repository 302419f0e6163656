import type { z } from "zod";
import { targetNames } from "../targets.ts";
import { member } from "./draft.ts";
import { fieldName } from "./field-name.ts";
import type { Finding } from "./finding.ts";
import { hintFor } from "./hints.ts";
import { nearest } from "./nearest.ts";
import { shorten } from "./printable.ts";
import type { YamlDocument } from "./yaml-document.ts";
import type { Path } from "./yaml-nodes.ts";

/** What the schema says of a manifest, in the words of the person who wrote it. One finding for each place. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], document: YamlDocument): readonly Finding[] {
  const found = new Map<string, readonly Finding[]>();
  for (const issue of issues) {
    // Where one field breaks several rules, the first says enough. Unknown keys are told apart from the map's own rules.
    const place = JSON.stringify([issue.path, issue.code === "unrecognized_keys"]);
    if (!found.has(place)) found.set(place, findingsOfIssue(issue, document));
  }
  return [...found.values()].flat();
}

function findingsOfIssue(issue: z.core.$ZodIssue, document: YamlDocument): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], issue.message.split(", ")));
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? issue.message;
    const name = `${fieldName(path.slice(0, -1))}: expected a name of ${expected}, found ${JSON.stringify(path.at(-1))}`;
    return [{ at: "key", path, message: name }];
  }
  const value = valueAt(document.value, path);
  const span = document.spanOf(path);
  if (value === undefined || span === undefined)
    return [
      { at: "key", path: path.slice(0, -1), message: `${fieldName(path)}: expected ${issue.message}, found nothing` },
    ];
  const written = document.text.slice(span.start, span.end).trim();
  const hint = hintFor(path, value, written);
  const message = `${fieldName(path)}: expected ${issue.message}, found ${describe(value, written)}`;
  return [{ path, message, ...(hint === undefined ? {} : { hint }) }];
}

function unknownKey(path: Path, known: readonly string[]): Finding {
  const key = String(path.at(-1));
  const meant = path.at(0) === "targets" && path.length === 2 ? nearestTarget(key) : nearest(key, known);
  const what = path.at(0) === "targets" && path.length === 2 ? "target" : "field";
  const where = path.length > 1 && what === "field" ? ` of ${fieldName(path.slice(0, -1))}` : "";
  return {
    at: "key",
    path,
    message: `${what} ${shorten(key)}${where} is not one of: ${known.join(", ")}`,
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}?` }),
  };
}

/** Other ecosystems' names of systems and processors are no typing slips, so letters alone do not find them. */
function nearestTarget(name: string): string | undefined {
  const words = name.toLowerCase().replaceAll("x86_64", "x64");
  const renamed = words.split(/[-_.]/).map((word) => targetWords.get(word) ?? word);
  const guess = renamed[0] === "macos" ? "macos-universal" : renamed.join("-");
  return nearest(guess, targetNames);
}

const targetWords: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86_64"],
  ["x64", "x86_64"],
  ["arm64", "aarch64"],
  ["darwin", "macos"],
  ["osx", "macos"],
  ["mac", "macos"],
  ["win", "windows"],
  ["win32", "windows"],
  ["win64", "windows"],
]);

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof step === "string") return member(at, step);
    return Array.isArray(at) ? at[step] : undefined;
  }, value);
}

function describe(value: unknown, written: string): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  if (typeof value === "string") return value === "" ? "an empty text" : JSON.stringify(shorten(value));
  return shorten(written);
}
