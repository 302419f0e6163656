import { byBytes } from "../byte-order.ts";
import type { Inventory, InventoryEntry } from "./inventory.ts";

/** What differs between the contents of two artifacts; every list is sorted by path or name. */
export interface InventoryDiff {
  readonly added: readonly InventoryEntry[];
  readonly removed: readonly InventoryEntry[];
  readonly changed: readonly { readonly path: string; readonly changes: readonly Change[] }[];
  /** Maintainer scripts, by digest. */
  readonly scripts: readonly ({ readonly name: string } & FromTo)[];
}

/** One property of an entry; a side that has no such property (a directory has no size) is undefined. */
export type Change = { readonly what: Property } & FromTo;

interface FromTo {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const properties = ["type", "mode", "owner", "group", "size", "sha256", "target", "config"] as const;
type Property = (typeof properties)[number];

/** Compares two contents; an artifact that is new, or is gone, has an undefined side. */
export function diffInventories(from: Inventory | undefined, to: Inventory | undefined): InventoryDiff {
  const before = new Map(from?.entries.map((entry) => [entry.path, entry]));
  const after = new Map(to?.entries.map((entry) => [entry.path, entry]));
  const changed = [...after.values()].flatMap((entry) => {
    const old = before.get(entry.path);
    const changes = old === undefined ? [] : changesBetween(old, entry);
    return changes.length === 0 ? [] : [{ path: entry.path, changes }];
  });
  return {
    added: [...after.values()].filter(({ path }) => !before.has(path)),
    removed: [...before.values()].filter(({ path }) => !after.has(path)),
    changed,
    scripts: scriptChanges(from?.scripts ?? {}, to?.scripts ?? {}),
  };
}

function changesBetween(from: InventoryEntry, to: InventoryEntry): readonly Change[] {
  return properties.flatMap((what) => {
    const change = { what, from: property(from, what), to: property(to, what) };
    return change.from === change.to ? [] : [change];
  });
}

function property(entry: InventoryEntry, what: Property): string | undefined {
  const value = entry[what];
  return value === undefined ? undefined : String(value);
}

type Scripts = NonNullable<Inventory["scripts"]>;

function scriptChanges(from: Scripts, to: Scripts): InventoryDiff["scripts"] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort(byBytes);
  return names
    .map((name) => ({ name, from: from[name]?.sha256, to: to[name]?.sha256 }))
    .filter((script) => script.from !== script.to);
}
