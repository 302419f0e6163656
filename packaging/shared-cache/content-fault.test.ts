import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { ArtifactJob, DebOptions } from "../artifact.ts";
import { testJob } from "../builds/__fixtures__/test-job.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../formats/formats.ts";
import type { TreeEntry } from "../staging/tree.ts";
import { contentFault } from "./content-fault.ts";

const control = [
  ["Package", "demo"],
  ["Version", "1.0.0"],
  ["Architecture", "amd64"],
  ["Maintainer", "Demo <demo@example.com>"],
  ["Depends", "libc6"],
  ["Description", "demo"],
] as const;
const format: DebOptions = { kind: "deb", compression: "gzip", control, scripts: { postinst: "#!/bin/sh\n" } };
const deb: ArtifactJob = { ...testJob("demo.deb"), format };

function withEntries(job: ArtifactJob, change: (entry: TreeEntry) => TreeEntry[]): ArtifactJob {
  return { ...job, tree: { entries: job.tree.entries.flatMap(change) } };
}
const program = (change: Partial<TreeEntry>) => (entry: TreeEntry) =>
  entry.type === "file" ? [{ ...entry, ...change } as TreeEntry] : [entry];
const withControl = (name: string, value: string): ArtifactJob => ({
  ...deb,
  format: { ...format, control: control.map((field) => (field[0] === name ? [name, value] : field)) },
});

const others: readonly (readonly [what: string, job: ArtifactJob, fault: RegExp])[] = [
  [
    "another program",
    { ...deb, tree: testJob("demo.deb", "demo", "other").tree },
    /^usr\/demo has another size, sha256/,
  ],
  ["another mode", withEntries(deb, program({ mode: 0o4755 })), /^usr\/demo has another mode/],
  ["no configuration", withEntries(deb, program({ config: true })), /^usr\/demo has another config/],
  [
    "one file more",
    withEntries(deb, (it) => (it.type === "file" ? [it, { ...it, path: "usr/more" }] : [it])),
    /^usr\/more is in it, and not in its recipe/,
  ],
  ["one file less", withEntries(deb, (it) => (it.type === "file" ? [] : [it])), /^usr\/demo is not in it/],
  [
    "another script",
    { ...deb, format: { ...format, scripts: { postinst: "#!/bin/sh\nevil\n" } } },
    /^its script postinst/,
  ],
  [
    "one script more",
    { ...deb, format: { ...format, scripts: { ...format.scripts, prerm: "x" } } },
    /^its script prerm/,
  ],
  ["another dependency", withControl("Depends", "evil"), /^its field Depends/],
  [
    "one field less",
    { ...deb, format: { ...format, control: control.filter(([name]) => name !== "Depends") } },
    /^its field Depends/,
  ],
  ["another format", testJob("demo.tar.zst"), /^it is a tar\.zst file and not a deb$/],
];

test("what is in an artifact has to follow from its job, and nothing else may be in it", async (t) => {
  const folder = await scratch(t);
  const made = async (job: ArtifactJob, name: string) => {
    const file = path.join(folder, name);
    await writeArtifact(job, file);
    return file;
  };
  assert.equal(await contentFault(deb, await made(deb, "own")), undefined);
  for (const [what, job, fault] of others) {
    assert.match((await contentFault(deb, await made(job, what.replaceAll(" ", "-")))) ?? "", fault, what);
  }
});

for (const kind of ["tar.zst", "tar.gz", "zip"] as const) {
  test(`an archive tells less of its entries, and that has to be right: ${kind}`, async (t) => {
    const job = withEntries(
      { ...testJob(`demo.${kind}`), format: { kind, root: "demo-1.0.0" } },
      program({ config: true }),
    );
    const file = path.join(await scratch(t), "archive");
    await writeArtifact(job, file);
    assert.equal(await contentFault(job, file), undefined);
    assert.match((await contentFault(withEntries(job, program({ path: "usr/x" })), file)) ?? "", /usr\/(?:x|demo) is /);
  });
}

test("what no reader understands is a fault and no failure", async (t) => {
  const file = path.join(await scratch(t), "damaged");
  await writeFile(file, "!<arch>\nnonsense");
  assert.match((await contentFault(deb, file)) ?? "", /^it cannot be read: /);
});
