import { byBytes } from "../byte-order.ts";
import type { ContentEntry } from "../record/inventory.ts";

/** What happened to one path; sides are the whole entries, so that what stayed can be shown too. */
export type EntryChange =
  | { readonly change: "added"; readonly path: string; readonly to: ContentEntry }
  | { readonly change: "removed"; readonly path: string; readonly from: ContentEntry }
  | {
      readonly change: "changed";
      readonly path: string;
      readonly from: ContentEntry;
      readonly to: ContentEntry;
      /** Which properties differ. */
      readonly what: readonly EntryProperty[];
    };

const properties = ["type", "mode", "owner", "group", "size", "sha256", "target", "config"] as const;
export type EntryProperty = (typeof properties)[number];

/** What differs between two lists of entries, sorted by path. */
export function compareEntries(from: readonly ContentEntry[], to: readonly ContentEntry[]): readonly EntryChange[] {
  const before = new Map(from.map((entry) => [entry.path, entry]));
  const after = new Map(to.map((entry) => [entry.path, entry]));
  const added = to.flatMap((entry): EntryChange[] => {
    return before.has(entry.path) ? [] : [{ change: "added", path: entry.path, to: entry }];
  });
  const others = from.flatMap((entry): EntryChange[] => {
    const { path } = entry;
    const now = after.get(path);
    if (now === undefined) return [{ change: "removed", path, from: entry }];
    const what = properties.filter((property) => entry[property] !== now[property]);
    return what.length === 0 ? [] : [{ change: "changed", path, from: entry, to: now, what }];
  });
  return [...added, ...others].sort((a, b) => byBytes(a.path, b.path));
}

/** A maintainer script that differs; a side that has none is left out. */
export interface ScriptChange {
  readonly name: string;
  readonly from?: Script;
  readonly to?: Script;
}

interface Script {
  readonly size: number;
  readonly sha256: string;
}

/** Which maintainer scripts differ, sorted by name. */
export function compareScripts(
  from: Readonly<Record<string, Script>> = {},
  to: Readonly<Record<string, Script>> = {},
): readonly ScriptChange[] {
  return sortedKeys(from, to)
    .filter((name) => ownValue(from, name)?.sha256 !== ownValue(to, name)?.sha256)
    .map((name) => {
      const [before, after] = [ownValue(from, name), ownValue(to, name)];
      return { name, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) };
    });
}

/** The keys of both, each once, as UTF-8 bytes. */
export function sortedKeys(from: object, to: object): readonly string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort(byBytes);
}

/** A value of the record itself: a script may be called `constructor`. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
