import { shortDigest, sizeText } from "../cli/table.ts";
import { printable } from "../manifest/printable.ts";
import { type ContentEntry, scriptPaths } from "../record/inventory.ts";
import type { ArtifactDifference, Difference } from "./difference.ts";
import type { EntryChange, ScriptChange } from "./entries.ts";
import type { FieldChange } from "./fields.ts";
import type { Hunk, TextChange } from "./lines.ts";

/** What text and Markdown have in common: each fact of a difference as a line. Nothing in it can move a terminal. */

/** Most entries of one artifact, and lines of one text, that are shown; JSON has all. */
const mostEntries = 200;
const mostLines = 40;

/** What is said of an artifact in which nothing changed but its bytes. */
export const sameContent = "other bytes around the same content";

/** `runtime 1.4.0 → 1.4.1`: the product is not said twice. */
export function title({ from, to }: Difference): string {
  const [before, after] = [printable(from), printable(to)];
  const product = before.slice(0, before.indexOf(" ") + 1);
  return `${before} → ${product !== "" && after.startsWith(product) ? after.slice(product.length) : after}`;
}

/** `4 artifacts change, 1 is new, 3 stay byte for byte`. */
export function counts({ artifacts }: Difference): string {
  const count = (change: ArtifactDifference["change"]) => artifacts.filter((it) => it.change === change).length;
  const [changed, added, removed, same] = [count("changed"), count("added"), count("removed"), count("same")];
  const parts = [
    changed > 0 && `${changed} ${changed === 1 ? "artifact changes" : "artifacts change"}`,
    added > 0 && `${added} ${added === 1 ? "is" : "are"} new`,
    removed > 0 && `${removed} ${removed === 1 ? "is" : "are"} gone`,
    same > 0 && `${same} ${same === 1 ? "stays" : "stay"} byte for byte`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

/** `31.9 → 32.0 MB (+0.3 %)`. */
export function totalSize({ size: { from, to } }: Difference): string {
  const percent = from === 0 || from === to ? "" : ` (${signed(((to - from) / from) * 100)} %)`;
  return `${sizes(from, to)}${percent}`;
}

/** The heading of an artifact: role, sizes, digests. */
export function artifactTitle({ role, change, from, to }: ArtifactDifference): readonly string[] {
  const name = printable(role === "file" ? (to?.name ?? from?.name ?? role) : role);
  switch (change) {
    case "same":
      return [name, "same bytes"];
    case "added":
      return [name, `new, ${sizeText(to?.size ?? 0)}`, shortDigest(to?.sha256 ?? "")];
    case "removed":
      return [name, `gone, ${sizeText(from?.size ?? 0)}`, shortDigest(from?.sha256 ?? "")];
    case "changed":
      return [name, sizes(from?.size ?? 0, to?.size ?? 0), digests(from?.sha256, to?.sha256)];
  }
}

/** What changed inside an artifact that both sides have, line by line; `+`, `-` or `~` stand at the beginning of an entry's. */
export function changeLines(difference: ArtifactDifference): readonly string[] {
  const { change, control, entries, scripts, texts } = difference;
  if (change !== "changed") return [];
  const byPath = new Map(texts.map((text) => [text.path, text]));
  const shown = entries.slice(0, mostEntries);
  const lines = [
    ...control.flatMap(fieldLines),
    ...entryLines(shown, byPath),
    ...more(entries.length - shown.length, "entries"),
    ...scripts.flatMap((script) => scriptLines(script, byPath)),
    ...texts
      .filter(({ path }) => isOther(path, difference))
      .flatMap((text) => [`~ ${printable(text.path)}`, ...textLines(text)]),
  ];
  return lines.length === 0 ? [sameContent] : lines;
}

/** A maintainer script that changed as a line, and below it the lines of its text. */
export function scriptLines(
  { name, from, to }: ScriptChange,
  texts: ReadonlyMap<string, TextChange>,
): readonly string[] {
  const sign = from === undefined ? "+" : to === undefined ? "-" : "~";
  const line = `${sign} script ${printable(name)}   ${sizes(from?.size, to?.size)}`;
  return [line, ...scriptPaths(name).flatMap((path) => textLines(texts.get(path)))];
}

/** Each entry that changed as a line, and below it the lines of its text. */
export function entryLines(changes: readonly EntryChange[], texts: ReadonlyMap<string, TextChange>): readonly string[] {
  return aligned(changes.map(entryCells)).flatMap((line, at) => [
    line,
    ...textLines(texts.get(changes[at]?.path ?? "")),
  ]);
}

/** Control files that are neither entries nor scripts: triggers, templates. */
function isOther(path: string, { entries, scripts }: ArtifactDifference): boolean {
  return !entries.some((entry) => entry.path === path) && !scripts.some(({ name }) => scriptPaths(name).includes(path));
}

/** `Depends: + libssl3`; a value of several lines shows the lines that differ. */
export function fieldLines({ name, from, to, added, removed }: FieldChange): readonly string[] {
  if (added !== undefined || removed !== undefined) {
    const items = [...(added ?? []).map((it) => `+ ${it}`), ...(removed ?? []).map((it) => `- ${it}`)];
    return [`${name}: ${printable(items.join(", "))}`];
  }
  if (from === undefined) return [`${name}: + ${oneLine(to)}`];
  if (to === undefined) return [`${name}: - ${oneLine(from)}`];
  return [`${name}: ${oneLine(from)} → ${oneLine(to)}`];
}

function oneLine(text = ""): string {
  const line = printable(text.replace(/\s*\n\s*/g, " "));
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function entryCells(change: EntryChange): readonly string[] {
  switch (change.change) {
    case "added":
      return [`+ ${named(change.to)}`, access(change.to), content(change.to)];
    case "removed":
      return [`- ${named(change.from)}`, access(change.from), content(change.from)];
    case "changed": {
      const { from, to } = change;
      const [before, after] = [access(from), access(to)];
      return [`~ ${named(to)}`, before === after ? after : `${before} → ${after}`, contents(from, to)];
    }
  }
}

function named({ path, type }: ContentEntry): string {
  return printable(type === "directory" ? `${path}/` : path);
}

function access({ mode, owner, group }: ContentEntry): string {
  return [mode, owner === undefined ? undefined : `${owner}:${group}`].filter((it) => it !== undefined).join(" ");
}

function content({ size, target }: ContentEntry): string {
  return target !== undefined ? printable(`-> ${target}`) : size === undefined ? "" : sizeText(size);
}

/** What of a content differs, in words. */
function contents(from: ContentEntry, to: ContentEntry): string {
  const parts: string[] = [];
  if (from.type !== to.type) parts.push(`${from.type} → ${to.type}`);
  else if (from.target !== to.target) parts.push(printable(`link ${from.target} → ${to.target}`));
  else if (from.size !== to.size) parts.push(sizes(from.size, to.size));
  else if (from.sha256 !== to.sha256) parts.push(`${sizeText(to.size ?? 0)}, ${digests(from.sha256, to.sha256)}`);
  if (from.config !== to.config) parts.push(to.config === true ? "now configuration" : "no longer configuration");
  return parts.join(", ");
}

function textLines(text: TextChange | undefined): readonly string[] {
  const lines = (text?.hunks ?? []).flatMap(hunkLines).map((line) => `    ${printable(line)}`);
  return [...lines.slice(0, mostLines), ...more(lines.length - mostLines, "lines").map((line) => `    ${line}`)];
}

/** A line in the place of another is one line, `TimeoutStopSec=30 → TimeoutStopSec=90`. */
function hunkLines({ removed, added }: Hunk): readonly string[] {
  if (removed.length === 1 && added.length === 1) return [`${removed[0]} → ${added[0]}`];
  return [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
}

function more(count: number, what: string): readonly string[] {
  return count > 0 ? [`… and ${count} more ${what}; --format json has all`] : [];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((at) => Math.max(0, ...rows.map((cells) => Math.min(60, cells[at]?.length ?? 0))));
  return rows.map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("   ")
      .trimEnd(),
  );
}

/** `1,204 → 1,219 B`, `31.9 → 32.0 MB`; exact where rounding would hide the difference. */
function sizes(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined || from === to) return sizeText(to ?? from ?? 0);
  const [before = "", after = ""] = [from, to].map(sizeText);
  if (before === after) return `${exact(from)} → ${exact(to)} B`;
  const unit = / \S+$/.exec(after)?.[0] ?? "";
  return `${before.endsWith(unit) ? before.slice(0, -unit.length) : before} → ${after}`;
}

function exact(bytes: number): string {
  return `${bytes}`.replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function digests(from = "", to = ""): string {
  return `${shortDigest(from)} → ${shortDigest(to)}`;
}

function signed(percent: number): string {
  return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toFixed(1)}`;
}
