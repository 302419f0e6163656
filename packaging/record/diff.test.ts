import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { debJob } from "./__fixtures__/release.ts";
import { diffInventories } from "./diff.ts";
import { type Inventory, type InventoryEntry, inventoryOf } from "./inventory.ts";

const access = { owner: "root", group: "root" };
const digest = (letter: string) => letter.repeat(64);

describe("the difference between two contents", () => {
  it("says what changed of each entry", () => {
    const before = inventoryOf(debJob);
    const entries = before.entries.flatMap((entry): InventoryEntry[] => {
      if (entry.path === "usr/bin/rt") return [];
      if (entry.path === "usr/bin/runtime")
        return [{ ...entry, type: "file", size: 8, sha256: digest("a"), mode: "0700" }];
      if (entry.path === "usr") return [entry, { path: "usr/new", type: "directory", mode: "0755", ...access }];
      return [entry];
    });
    const scripts = { postinst: { size: 1, sha256: digest("b") }, prerm: { size: 1, sha256: digest("c") } };
    const diff = diffInventories(before, { ...before, entries, scripts });
    assert.deepEqual(
      diff.added.map(({ path }) => path),
      ["usr/new"],
    );
    assert.deepEqual(
      diff.removed.map(({ path }) => path),
      ["usr/bin/rt"],
    );
    const old = before.entries.find(({ path }) => path === "usr/bin/runtime");
    assert.deepEqual(diff.changed, [
      {
        path: "usr/bin/runtime",
        changes: [
          { what: "mode", from: "0755", to: "0700" },
          { what: "size", from: "7", to: "8" },
          { what: "sha256", from: old?.sha256, to: digest("a") },
        ],
      },
    ]);
    assert.deepEqual(diff.scripts, [
      { name: "postinst", from: sha256("#!/bin/sh\nset -e\n"), to: digest("b") },
      { name: "prerm", from: undefined, to: digest("c") },
    ]);
  });

  it("of an artifact that is new or gone is all of it", () => {
    const inventory = inventoryOf(debJob);
    assert.deepEqual(diffInventories(undefined, inventory).added, inventory.entries);
    assert.deepEqual(diffInventories(inventory, undefined).removed, inventory.entries);
    assert.deepEqual(diffInventories(undefined, undefined), { added: [], removed: [], changed: [], scripts: [] });
  });

  it("brings one to the other, and turned round back again", () => {
    const path = fc.constantFrom("a", "b", "c", "d", "e");
    const common = {
      path,
      mode: fc.constantFrom("0644", "0755"),
      owner: fc.constant("root"),
      group: fc.constantFrom("root", "adm"),
    };
    const entry: fc.Arbitrary<InventoryEntry> = fc.oneof(
      fc.record({ ...common, type: fc.constant("directory" as const) }),
      fc.record({
        ...common,
        type: fc.constant("file" as const),
        size: fc.nat(2),
        sha256: fc.constantFrom(digest("0"), digest("1")),
      }),
      fc.record({ ...common, type: fc.constant("symlink" as const), target: fc.constantFrom("x", "y") }),
    );
    const inventory = fc.uniqueArray(entry, { selector: (it) => it.path }).map(
      (entries): Inventory => ({
        schema: 1,
        artifact: "a.deb",
        entries: entries.sort((a, b) => byBytes(a.path, b.path)),
      }),
    );
    fc.assert(
      fc.property(inventory, inventory, (from, to) => {
        const diff = diffInventories(from, to);
        assert.deepEqual(applied(from, diff), to.entries.map(propertiesOf));
        const back = diffInventories(to, from);
        assert.deepEqual([back.added, back.removed], [diff.removed, diff.added]);
        assert.deepEqual(
          back.changed,
          diff.changed.map(({ path, changes }) => ({
            path,
            changes: changes.map(({ what, from, to }) => ({ what, from: to, to: from })),
          })),
        );
      }),
    );
  });
});

type Properties = Readonly<Record<string, string>>;

function propertiesOf(entry: InventoryEntry): Properties {
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, String(value)]));
}

function pathOf({ path = "" }: Properties): string {
  return path;
}

function applied(from: Inventory, diff: ReturnType<typeof diffInventories>): readonly Properties[] {
  const removed = new Set(diff.removed.map(({ path }) => path));
  const kept = from.entries
    .filter(({ path }) => !removed.has(path))
    .map((entry): Properties => {
      const changes = diff.changed.find(({ path }) => path === entry.path)?.changes ?? [];
      const result = new Map(Object.entries(propertiesOf(entry)));
      for (const { what, to } of changes) to === undefined ? result.delete(what) : result.set(what, to);
      return Object.fromEntries(result);
    });
  const all = [...kept, ...diff.added.map(propertiesOf)];
  return all.sort((a, b) => byBytes(pathOf(a), pathOf(b)));
}
