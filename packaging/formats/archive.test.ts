import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openPromise } from "yauzl";
import { assertGolden } from "../__fixtures__/golden.ts";
import { fatMachO, macArm, macIntel, portableExecutable } from "../payload/__fixtures__/programs.ts";
import { makeProject, payloadOf } from "../staging/__fixtures__/product.ts";
import { inlineEntry } from "../staging/file-entry.ts";
import { growTree } from "../staging/grow-tree.ts";
import { stageTarget } from "../staging/stage.ts";
import type { SymlinkEntry } from "../staging/tree.ts";
import { product, target } from "./__fixtures__/courier.ts";
import { planArchive } from "./archive.ts";
import { writeArtifact } from "./formats.ts";

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

const systems = [
  { name: "macos-universal", bytes: fatMachO([macIntel, macArm]) },
  { name: "windows-x86_64", bytes: portableExecutable() },
] as const;

for (const { name, bytes } of systems) {
  test(`what a .zip for ${name} holds`, async (context) => {
    const { input, remove } = await makeProject();
    context.after(remove);
    const program = join(input.projectRoot, "elsewhere");
    await writeFile(program, bytes);
    const elsewhere = { ...input.target, name };
    const payload = payloadOf({ "bin/courier": { file: program, bytes } });
    const staged = await stageTarget({ ...input, target: elsewhere, payload });
    const job = planArchive(input.product, elsewhere, staged, "licence", "zip");
    assert.equal(job.name, `courier-1.0.0-${name}.zip`);
    const file = join(input.projectRoot, job.name);
    await writeArtifact(job, file);
    assertGolden(import.meta.url, `${name}.files`, await listing(file));
  });
}

async function listing(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const entry of (await openPromise(file, { lazyEntries: true })).eachEntry()) {
    const mode = (entry.externalFileAttributes >>> 16).toString(8).padStart(6, "0");
    const time = entry.getLastModDate({ timezone: "UTC" }).toISOString();
    lines.push(`${mode} ${time} ${entry.uncompressedSize} ${entry.fileName}\n`);
  }
  return lines.join("");
}
