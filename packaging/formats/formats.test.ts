import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArtifactJob } from "../artifact.ts";
import { readAr } from "../containers/ar-reader.ts";
import { contentOf } from "../containers/member-content.ts";
import { sha256, sha256File } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import type { Installer } from "../manifest/product.ts";
import { fileEntry } from "../staging/file-entry.ts";
import { growTree } from "../staging/grow-tree.ts";
import type { Tree } from "../staging/tree.ts";
import { debJob, product, target, texts, tree } from "./__fixtures__/courier.ts";
import { scratch } from "./__fixtures__/scratch.ts";
import { recipeOf, writeArtifact } from "./formats.ts";
import { planArtifacts } from "./plan.ts";

const installers: readonly Installer[] = [...target.installers, { format: "tar.gz" }, { format: "zip" }];
const jobs = planArtifacts(product, { ...target, installers }, tree, texts);

function withDiskFile(file: string, bytes: Uint8Array): ArtifactJob {
  const input = { size: bytes.length, sha256: sha256(bytes), content: { kind: "disk", file } } as const;
  return debJob({ tree: growTree([fileEntry("usr/bin/courier", input, { part: "bin", mode: 0o755 })]) });
}

test("what is said of an artifact is true of its file", async (context) => {
  const folder = await scratch(context);
  for (const job of jobs) {
    const file = join(folder, job.name);
    assert.deepEqual(await writeArtifact(job, file), await sha256File(file));
  }
  assert.deepEqual((await readdir(folder)).sort(), jobs.map((job) => job.name).sort());
});

test("a .deb has its three members in order, at the epoch", async (context) => {
  const file = join(await scratch(context), "courier.deb");
  await writeArtifact(debJob({}), file);
  const members: string[] = [];
  for await (const { name, mtime } of readAr(contentOf(await readFile(file)))) members.push(`${name} ${mtime}`);
  const epoch = 1_700_000_000;
  assert.deepEqual(members, [`debian-binary ${epoch}`, `control.tar.gz ${epoch}`, `data.tar.gz ${epoch}`]);
});

test("progress goes up to all bytes of the tree", async (context) => {
  const folder = await scratch(context);
  const bytes = Buffer.alloc(1_000_000, "courier");
  await writeFile(join(folder, "program"), bytes);
  const heard: number[] = [];
  await writeArtifact(withDiskFile(join(folder, "program"), bytes), join(folder, "a.deb"), (done, total) => {
    assert.equal(total, bytes.length);
    heard.push(done);
  });
  assert.ok(heard.length > 2);
  assert.deepEqual(
    heard,
    [...heard].sort((a, b) => a - b),
  );
  assert.equal(heard.at(-1), bytes.length);
});

const changed: readonly (readonly [what: string, found: Buffer | undefined])[] = [
  ["has other bytes", Buffer.alloc(1000, 2)],
  ["grew", Buffer.alloc(1001, 1)],
  ["shrank", Buffer.alloc(999, 1)],
  ["is gone", undefined],
];

const formatsOfChanged = [debJob({}).format, { kind: "zip", root: "r" }] as const;

for (const [what, found, format] of changed.flatMap((row) => formatsOfChanged.map((one) => [...row, one] as const))) {
  test(`a file that ${what} since it was staged is refused by name, and nothing is left: ${format.kind}`, async (context) => {
    const folder = await scratch(context);
    const program = join(folder, "program");
    if (found !== undefined) await writeFile(program, found);
    const before = await readdir(folder);
    const job = { ...withDiskFile(program, Buffer.alloc(1000, 1)), format };
    const writing = writeArtifact(job, join(folder, "a"));
    await assert.rejects(writing, (error: unknown) => {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.code, "SLW-BUILD");
      assert.match(error.message, /^usr\/bin\/courier /);
      return true;
    });
    assert.deepEqual(await readdir(folder), before);
  });
}

const badTrees: readonly (readonly [what: string, change: (tree: Tree) => Tree["entries"]])[] = [
  ["out of order", ({ entries }) => entries.toReversed()],
  ["with an entry twice", ({ entries }) => entries.flatMap((entry) => [entry, entry])],
  ["without a parent directory", ({ entries }) => entries.filter(({ path }) => path !== "usr/bin")],
];

for (const [what, change] of badTrees) {
  test(`a tree ${what} is refused`, async (context) => {
    const file = join(await scratch(context), "a.deb");
    await assert.rejects(writeArtifact(debJob({ tree: { entries: change(tree) } }), file), { code: "SLW-FORMAT" });
  });
}

test("a recipe changes with everything that changes the bytes, and with nothing else", () => {
  const bytes = Buffer.from("x");
  const here = withDiskFile("/one/place", bytes);
  assert.equal(recipeOf(here), recipeOf(withDiskFile("/another/place", bytes)));
  const others = [
    withDiskFile("/one/place", Buffer.from("y")),
    { ...here, epoch: here.epoch + 1 },
    debJob({ tree: here.tree, format: { compression: "xz" } }),
    debJob({ tree: here.tree, format: { scripts: { postinst: "#!/bin/sh\n" } } }),
    debJob({ tree: here.tree, format: { control: [["Package", "other"]] } }),
    { ...here, format: { kind: "tar.zst", root: "courier" } } as const,
    { ...here, format: { kind: "tar.gz", root: "courier" } } as const,
    { ...here, format: { kind: "zip", root: "courier" } } as const,
    { ...here, format: { kind: "zip", root: "another" } } as const,
  ];
  assert.equal(new Set([here, ...others].map(recipeOf)).size, others.length + 1);
});

test("bytes of a file and the same bytes in the tree make the same artifact", async (context) => {
  const folder = await scratch(context);
  const bytes = Buffer.from("program");
  await writeFile(join(folder, "program"), bytes);
  const onDisk = withDiskFile(join(folder, "program"), bytes);
  const inline = {
    size: bytes.length,
    sha256: sha256(bytes),
    content: { kind: "bytes", base64: bytes.toString("base64") },
  } as const;
  const carried = debJob({ tree: growTree([fileEntry("usr/bin/courier", inline, { part: "bin", mode: 0o755 })]) });
  assert.deepEqual(await writeArtifact(onDisk, join(folder, "a")), await writeArtifact(carried, join(folder, "b")));
});

test("a folder that is not there is refused as such", async (context) => {
  const file = join(await scratch(context), "missing", "a.deb");
  await assert.rejects(writeArtifact(debJob({}), file), { code: "SLW-BUILD" });
});
