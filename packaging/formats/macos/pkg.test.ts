import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { collect } from "../../containers/member-content.ts";
import { sha256 } from "../../digest.ts";
import { fileEntry } from "../../staging/file-entry.ts";
import { growTree } from "../../staging/grow-tree.ts";
import { inlineBytes } from "../../staging/input-file.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { pkgJob } from "./__fixtures__/job.ts";
import { distributionText } from "./distribution.ts";
import { packageInfoText } from "./package-info.ts";
import { pkgRecipe, writePkg } from "./pkg.ts";
import type { PkgJob, PkgOptions } from "./pkg-options.ts";

async function write(context: TestContext, job: PkgJob, packed: (bytes: number) => void = () => undefined) {
  const spool = join(await scratch(context), "spool");
  const bytes = await collect(writePkg(job, { spool, packed }));
  assert.equal(existsSync(spool), false);
  return bytes;
}

test("the texts that the installer reads", () => {
  assertGolden(import.meta.url, "Distribution", distributionText(pkgJob()));
  assertGolden(import.meta.url, "PackageInfo", packageInfoText(pkgJob()));
});

test("a package without scripts names none", () => {
  assert.doesNotMatch(packageInfoText(pkgJob({}, { scripts: {} })), /script/);
});

test("equal jobs give equal bytes, wherever files lie and in whatever order scripts are listed", async (context) => {
  const first = await write(context, pkgJob());
  const { preinstall = "", postinstall = "" } = pkgJob().format.scripts;
  assert.equal(sha256(await write(context, pkgJob({}, { scripts: { postinstall, preinstall } }))), sha256(first));
  const folder = await scratch(context);
  const entries = pkgJob().tree.entries.map((entry) => {
    if (entry.type !== "file" || entry.content.kind !== "bytes") return entry;
    return { ...entry, content: { kind: "disk", file: join(folder, entry.sha256) } as const };
  });
  for (const entry of pkgJob().tree.entries) {
    if (entry.type !== "file" || entry.content.kind !== "bytes") continue;
    await writeFile(join(folder, entry.sha256), Buffer.from(entry.content.base64, "base64"));
  }
  assert.equal(sha256(await write(context, pkgJob({ tree: { entries } }))), sha256(first));
});

test("each option, the epoch and the tree have a part in the bytes", async (context) => {
  const tree = growTree([fileEntry("usr/local/bin/a", inlineBytes(Buffer.from("a")), { part: "bin", mode: 0o755 })]);
  const jobs = [
    pkgJob(),
    pkgJob({ epoch: 1_700_000_001 }),
    pkgJob({ tree }),
    pkgJob({}, { identifier: "dev.courier.other" }),
    pkgJob({}, { version: "1.2.1" }),
    pkgJob({}, { title: "Courier" }),
    pkgJob({}, { minimumSystem: "13.0" }),
    pkgJob({}, { scripts: {} }),
  ];
  const digests = new Set<string>();
  for (const job of jobs) digests.add(sha256(await write(context, job)));
  assert.equal(digests.size, jobs.length);
});

test("every byte of the payload is heard of when it is compressed", async (context) => {
  let heard = 0;
  await write(context, pkgJob(), (bytes) => {
    heard += bytes;
  });
  const plain = pkgJob().tree.entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.size : 0), 0);
  assert.ok(heard > plain);
});

test("the recipe names both compressors", () => {
  assert.match(pkgRecipe("24.1.0"), /^gzip: .*Node 24\.1\.0.*; xar: zlib level 9, pako /);
});

const refused: readonly (readonly [what: string, changes: Partial<PkgJob>, options: Partial<PkgOptions>])[] = [
  ["a product that is a path", { product: "a/b" }, {}],
  ["an identifier of one word", {}, { identifier: "courier" }],
  ["an identifier with a blank", {}, { identifier: "dev.courier courier" }],
  ["a version with words", {}, { version: "1.2.0-rc.1" }],
  ["a lowest macOS that has a name", {}, { minimumSystem: "Monterey" }],
  ["a script without an interpreter", {}, { scripts: { postinstall: "echo\n" } }],
  ["a title that XML cannot hold", {}, { title: "\u0001" }],
];

for (const [what, changes, options] of refused) {
  test(`${what} is refused, and nothing is left`, async (context) => {
    await assert.rejects(write(context, pkgJob(changes, options)), { code: "SLW-FORMAT" });
  });
}

test("a file that changes while it is packed is refused, and nothing is left", async (context) => {
  const folder = await scratch(context);
  await writeFile(join(folder, "a"), "after!");
  const input = { size: 6, sha256: sha256("before"), content: { kind: "disk", file: join(folder, "a") } } as const;
  const tree = growTree([fileEntry("usr/local/bin/a", input, { part: "bin", mode: 0o755 })]);
  const spool = join(folder, "spool");
  await assert.rejects(collect(writePkg(pkgJob({ tree }), { spool, packed: () => undefined })), { code: "SLW-BUILD" });
  assert.equal(existsSync(spool), false);
});
