import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { ArtifactJob } from "../artifact.ts";
import { sha256, sha256File } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { recipeOf } from "../formats/formats.ts";
import { testJob } from "./__fixtures__/test-job.ts";
import { type BuildEvent, buildArtifacts } from "./build.ts";

const scripted = fileURLToPath(new URL("./__fixtures__/scripted-worker.ts", import.meta.url));

async function newCache(t: TestContext) {
  const cacheFolder = await mkdtemp(join(tmpdir(), "slipway-builds-"));
  t.after(() => rm(cacheFolder, { recursive: true, force: true }));
  const warnings: string[] = [];
  const events: [string, BuildEvent["kind"]][] = [];
  const options = {
    cacheFolder,
    warn: (sentence: string) => void warnings.push(sentence),
    progress: (name: string, event: BuildEvent) => void events.push([name, event.kind]),
  };
  return { options, warnings, events, names: (folder: string) => readdir(join(cacheFolder, folder)).catch(() => []) };
}

async function refused(build: Promise<unknown>): Promise<SlipwayError> {
  const error = await build.then(
    () => assert.fail("expected a refusal"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SlipwayError, String(error));
  return error;
}

const control = [
  ["Package", "demo"],
  ["Version", "1.0.0"],
  ["Architecture", "amd64"],
  ["Maintainer", "Demo <demo@example.com>"],
  ["Description", "demo"],
] as const;
const realJobs: readonly ArtifactJob[] = [
  testJob("demo-1.0.0-linux-x86_64.tar.zst"),
  { ...testJob("demo_xz.deb"), format: { kind: "deb", compression: "xz", control, scripts: {} } },
  { ...testJob("demo_gz.deb"), format: { kind: "deb", compression: "gzip", control, scripts: {} } },
];

test("real artifacts are built once, then found; the same bytes come from an empty cache", async (t) => {
  const first = await newCache(t);
  const built = await buildArtifacts(realJobs, first.options);
  assert.deepEqual(
    [...built.keys()],
    realJobs.map((job) => job.name),
  );
  for (const job of realJobs) {
    const artifact = built.get(job.name);
    assert.ok(artifact);
    assert.deepEqual([artifact.cached, artifact.recipe], [false, recipeOf(job)]);
    assert.deepEqual(await sha256File(artifact.file), { sha256: artifact.sha256, size: artifact.size });
  }
  const again = await buildArtifacts(realJobs, first.options);
  for (const [name, artifact] of built) assert.deepEqual(again.get(name), { ...artifact, cached: true });

  const elsewhere = await buildArtifacts(realJobs, (await newCache(t)).options);
  for (const [name, artifact] of built) assert.equal(elsewhere.get(name)?.sha256, artifact.sha256);
  assert.deepEqual(await first.names("temporary"), []);
});

test("a change rebuilds only what it affects", async (t) => {
  const { options } = await newCache(t);
  const jobs = ["a.deb", "b.deb"].map((name) => testJob(name));
  await buildArtifacts(jobs, { ...options, worker: scripted });
  const changed = [...jobs.slice(0, 1), testJob("b.deb", "demo", "changed")];
  const built = await buildArtifacts(changed, { ...options, worker: scripted });
  assert.deepEqual(
    [...built].map(([name, { cached }]) => [name, cached]),
    [
      ["a.deb", true],
      ["b.deb", false],
    ],
  );
});

test("a damaged artifact is noticed, said, and built again with the same bytes", async (t) => {
  const { options, warnings, events } = await newCache(t);
  const job = testJob("a.deb");
  const build = async () => (await buildArtifacts([job], { ...options, worker: scripted })).get(job.name);
  const before = await build();
  assert.ok(before);
  await writeFile(before.file, "A.deb\n");
  assert.deepEqual(await build(), before);
  assert.equal(await readFile(before.file, "utf8"), "a.deb\n");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /holds other bytes/);
  await build();
  assert.deepEqual(events, [
    ["a.deb", "built"],
    ["a.deb", "built"],
    ["a.deb", "cached"],
  ]);
});

test("two builds into the same cache at once both succeed and leave one copy", async (t) => {
  const { options, names, warnings } = await newCache(t);
  const [one, other] = await Promise.all([buildArtifacts(realJobs, options), buildArtifacts(realJobs, options)]);
  for (const [name, artifact] of one) {
    assert.deepEqual(other.get(name)?.file, artifact.file);
  }
  assert.equal((await names("objects")).length, realJobs.length);
  assert.deepEqual(await names("temporary"), []);
  assert.deepEqual(warnings, []);
});

test("a writer's refusal keeps its code; what others finished stays in the cache; nothing half remains", async (t) => {
  const { options, names } = await newCache(t);
  const jobs = [testJob("good.deb"), testJob("bad.deb", "refuse")];
  const build = buildArtifacts(jobs, { ...options, worker: scripted, budget: { cores: 2, memoryMiB: 1000 } });
  assert.equal((await refused(build)).code, "SLW-FORMAT");
  assert.deepEqual(await names("objects"), [sha256("good.deb\n")]);
  assert.equal((await names("recipes")).length, 1);
  assert.deepEqual(await names("temporary"), []);
});

for (const [product, reason] of [
  ["crash", /could not be built: .*exit code 7/],
  ["fault", /could not be built: offset is out of bounds/],
  ["liar", /expected 6 bytes .*, found 14 with/],
] as const) {
  test(`a build that ends badly (${product}) leaves no entry, no object and no temporary file`, async (t) => {
    const { options, names } = await newCache(t);
    const error = await refused(buildArtifacts([testJob("a.deb", product)], { ...options, worker: scripted }));
    assert.equal(error.code, "SLW-BUILD");
    assert.match(error.message, reason);
    assert.deepEqual([await names("recipes"), await names("objects"), await names("temporary")], [[], [], []]);
  });
}

test("builds that fail side by side are all reported", async (t) => {
  const { options } = await newCache(t);
  const jobs = [testJob("a.deb", "refuse"), testJob("b.deb", "refuse")];
  const budget = { cores: 2, memoryMiB: 1000 };
  const error = await refused(buildArtifacts(jobs, { ...options, worker: scripted, budget }));
  assert.deepEqual(
    error.mistakes.map(({ message }) => message),
    ["a.deb has no Maintainer.", "b.deb has no Maintainer."],
  );
});

test("two artifacts of one name are refused before anything is built", async (t) => {
  const { options, events } = await newCache(t);
  const error = await refused(buildArtifacts([testJob("a.deb"), testJob("a.deb"), testJob("b.deb")], options));
  assert.match(error.message, /^Two artifacts of one release are named a\.deb\./);
  assert.deepEqual(events, []);
});

test("no jobs, no artifacts", async (t) => {
  const { options } = await newCache(t);
  assert.equal((await buildArtifacts([], options)).size, 0);
});
