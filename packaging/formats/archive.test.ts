import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineEntry } from "../staging/file-entry.ts";
import { growTree } from "../staging/grow-tree.ts";
import type { SymlinkEntry } from "../staging/tree.ts";
import { product, target } from "./__fixtures__/courier.ts";
import { planArchive } from "./archive.ts";

const access = { mode: 0o777, owner: "root", group: "root", part: "bin" } as const;

const links: readonly (readonly [path: string, target: string, path: string, target: string])[] = [
  ["usr/bin/c", "courier", "bin/c", "courier"],
  ["usr/bin/c", "../lib/courier/c", "bin/c", "../lib/courier/c"],
  ["usr/share/courier/etc", "../../../etc/courier", "share/courier/etc", "../../etc/courier"],
  ["etc/courier/bin", "../../usr/bin/courier", "etc/courier/bin", "../../bin/courier"],
  ["etc/courier/other", "courier.toml", "etc/courier/other", "courier.toml"],
  ["etc/courier/up", "../../etc/./courier", "etc/courier/up", "../../etc/./courier"],
];

for (const [path, to, newPath, newTarget] of links) {
  test(`${path} -> ${to} becomes ${newPath} -> ${newTarget}`, () => {
    const link: SymlinkEntry = { type: "symlink", path, target: to, ...access };
    const { tree } = planArchive(product, target, growTree([link]), "licence", "zip");
    const found = tree.entries.find((entry) => entry.path === newPath);
    assert.ok(found?.type === "symlink");
    assert.equal(found.target, newTarget);
  });
}

test("directories that meet become one; files that meet are refused", () => {
  const apart = growTree([inlineEntry("lib/a", "a", "bin"), inlineEntry("usr/lib/b", "b", "bin")]);
  const { tree } = planArchive(product, target, apart, "licence", "zip");
  assert.deepEqual(
    tree.entries.map(({ path }) => path).filter((path) => path.startsWith("lib")),
    ["lib", "lib/a", "lib/b"],
  );
  const together = growTree([inlineEntry("lib/a", "a", "bin"), inlineEntry("usr/lib/a", "b", "bin")]);
  assert.throws(() => planArchive(product, target, together, "licence", "zip"), { code: "SLW-FORMAT" });
});
