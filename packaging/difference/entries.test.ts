import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byBytes } from "../byte-order.ts";
import type { ContentEntry } from "../record/inventory.ts";
import { compareEntries, compareScripts, type EntryChange } from "./entries.ts";

const access = { mode: "0644", owner: "root", group: "root" } as const;
/** What is compared is made by JSON.parse or by hand. */
const plain = { noNullPrototype: true } as const;
const digest = (letter: string) => letter.repeat(64);

describe("the difference between two lists of entries", () => {
  it("says which properties changed, and shows both sides whole", () => {
    const from: readonly ContentEntry[] = [
      { path: "a", type: "file", ...access, size: 7, sha256: digest("a") },
      { path: "b", type: "directory", ...access },
      { path: "c", type: "symlink", ...access, target: "a" },
    ];
    const to: readonly ContentEntry[] = [
      { path: "a", type: "file", ...access, mode: "0700", size: 8, sha256: digest("b"), config: true },
      { path: "c", type: "symlink", ...access, target: "b" },
      { path: "d", type: "file", size: 0, sha256: digest("c") },
    ];
    assert.deepEqual(compareEntries(from, to), [
      { change: "changed", path: "a", from: from[0], to: to[0], what: ["mode", "size", "sha256", "config"] },
      { change: "removed", path: "b", from: from[1] },
      { change: "changed", path: "c", from: from[2], to: to[1], what: ["target"] },
      { change: "added", path: "d", to: to[2] },
    ]);
  });

  it("names the scripts that differ, whatever they are called", () => {
    const script = (letter: string) => ({ size: 1, sha256: digest(letter) });
    const from = { postinst: script("a"), prerm: script("b"), postrm: script("d") };
    const to = { postinst: script("a"), prerm: script("c"), constructor: script("d") };
    assert.deepEqual(compareScripts(from, to), [
      { name: "constructor", to: script("d") },
      { name: "postrm", from: script("d") },
      { name: "prerm", from: script("b"), to: script("c") },
    ]);
  });

  it("brings one to the other, and turned round back again", () => {
    const common = {
      path: fc.constantFrom("a", "b", "c", "d", "e"),
      mode: fc.constantFrom("0644", "0755"),
      owner: fc.constant("root"),
      group: fc.constantFrom("root", "adm"),
    };
    const entry: fc.Arbitrary<ContentEntry> = fc.oneof(
      fc.record({ ...common, type: fc.constant("directory" as const) }, plain),
      fc.record(
        {
          ...common,
          type: fc.constant("file" as const),
          size: fc.nat(2),
          sha256: fc.constantFrom(digest("0"), digest("1")),
        },
        plain,
      ),
      fc.record({ ...common, type: fc.constant("symlink" as const), target: fc.constantFrom("x", "y") }, plain),
    );
    const list = fc
      .uniqueArray(entry, { selector: (it) => it.path })
      .map((entries) => entries.sort((a, b) => byBytes(a.path, b.path)));
    fc.assert(
      fc.property(list, list, (from, to) => {
        const changes = compareEntries(from, to);
        assert.deepEqual(applied(from, changes), to);
        assert.deepEqual(applied(to, compareEntries(to, from)), from);
        assert.deepEqual(compareEntries(from, from), []);
        for (const change of changes) {
          if (change.change !== "changed") continue;
          for (const property of change.what) assert.notEqual(change.from[property], change.to[property]);
        }
      }),
    );
  });
});

function applied(from: readonly ContentEntry[], changes: readonly EntryChange[]): readonly ContentEntry[] {
  const result = new Map(from.map((entry) => [entry.path, entry]));
  for (const change of changes) {
    if (change.change === "removed") result.delete(change.path);
    else result.set(change.path, change.to);
  }
  return [...result.values()].sort((a, b) => byBytes(a.path, b.path));
}
