import assert from "node:assert/strict";
import { lstat, mkdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findExecutables, searchPath } from "../../bootstrap/executable.mjs";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import type { SymlinkEntry } from "../../packaging/staging/tree.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const unzip = machineTool("unzip", "unzip");
const bsdtar = machineTool("bsdtar", "libarchive-tools");
const python = machineTool("python3", "python3");
/** The package names its program differently from release to release. */
const sevenZip = ["7zz", "7z"].find((name) => findExecutables(name, { path: searchPath(process.env) }).length > 0);
const sevenZipFile = machineTool(sevenZip ?? "7zz", "7zip");

/** The runtime's archive with a link in it, written into a folder. */
async function writeRuntime(context: TestContext) {
  const folder = await scratch(context);
  const [job] = await runtimeJobs(folder, [{ format: "zip" }]);
  assert.ok(job?.format.kind === "zip");
  const link: SymlinkEntry = {
    ...{ type: "symlink", path: "etc/runtime/zzz", target: "runtime.toml", mode: 0o777 },
    ...{ owner: "root", group: "root", part: "bin" },
  };
  const at = job.tree.entries.findIndex(({ path }) => path === "etc/runtime/runtime.toml") + 1;
  const whole = { ...job, tree: { entries: job.tree.entries.toSpliced(at, 0, link) } };
  const file = join(folder, job.name);
  await writeArtifact(whole, file);
  return { folder, file, job: whole, root: job.format.root };
}

const namesIn = ({ tree }: ArtifactJob, root: string) => [
  `${root}/`,
  ...tree.entries.map(({ path, type }) => `${root}/${path}${type === "directory" ? "/" : ""}`),
];

test("unzip, bsdtar, 7-Zip and Python find it whole, each with the same names in the same order", async (context) => {
  const { file, job, root } = await writeRuntime(context);
  const expected = namesIn(job, root);
  await run({ file: unzip, args: ["-tqq", file] });
  assert.match((await run({ file: sevenZipFile, args: ["t", file] })).stdout, /^Everything is Ok$/m);
  const script =
    "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(*z.namelist(), sep='\\n')";
  for (const [program, args] of [
    [unzip, ["-Z1", file]],
    [bsdtar, ["-tf", file]],
    [python, ["-c", script, file]],
  ] as const) {
    assert.deepEqual((await run({ file: program, args })).stdout.split("\n"), expected, program);
  }
});

test("its times are the epoch in UTC, wherever it is listed", async (context) => {
  const { file, job } = await writeRuntime(context);
  const [date, time] = new Date((job.epoch - (job.epoch % 2)) * 1000)
    .toISOString()
    .slice(0, 19)
    .replaceAll("-", "")
    .split("T");
  const { stdout } = await run({ file: unzip, args: ["-ZT", file], environment: { TZ: "Asia/Tokyo" } });
  const times = stdout.split("\n").flatMap((line) => / (\d{8}\.\d{6}) /.exec(line)?.[1] ?? []);
  assert.equal(times.length, job.tree.entries.length + 1);
  assert.deepEqual([...new Set(times)], [`${date}.${time?.replaceAll(":", "")}`]);
});

for (const [name, program, args] of [
  ["unzip", unzip, ["-q"]],
  ["bsdtar", bsdtar, ["-xpf"]],
  ["7-Zip", sevenZipFile, ["x", "-y"]],
] as const) {
  test(`unpacked by ${name}: every file, mode and link, and the program runs`, async (context) => {
    const { folder, file, job, root } = await writeRuntime(context);
    const unpacked = join(folder, "unpacked");
    await mkdir(unpacked);
    await run({ file: program, args: [...args, file], folder: unpacked });
    for (const entry of job.tree.entries) {
      const path = join(unpacked, root, entry.path);
      const found = await lstat(path);
      if (entry.type === "symlink") assert.equal(await readlink(path), entry.target);
      else assert.equal(found.mode & 0o777, entry.mode, entry.path);
      if (entry.type === "file") assert.equal(sha256(await readFile(path)), entry.sha256, entry.path);
    }
    const { stdout } = await run({ file: join(unpacked, root, "bin", "runtime"), args: ["--version"] });
    assert.equal(stdout, job.version);
  });
}
