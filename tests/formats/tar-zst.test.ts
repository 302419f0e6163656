import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const zstd = machineTool("zstd", "zstd");
const tar = machineTool("tar", "tar");
const bsdtar = machineTool("bsdtar", "libarchive-tools");

test("zstd, tar and bsdtar read the archive; unpacked anywhere, its program runs", async (context) => {
  const folder = await scratch(context);
  const [job] = await runtimeJobs(folder, [{ format: "tar.zst" }]);
  assert.ok(job?.format.kind === "tar.zst");
  const { root } = job.format;
  const file = join(folder, job.name);
  await writeArtifact(job, file);
  await run({ file: zstd, args: ["--test", "--quiet", file] });

  const expected = [
    `${root}/`,
    ...job.tree.entries.map(({ path, type }) => `${root}/${path}${type === "directory" ? "/" : ""}`),
  ];
  for (const [program, args] of [
    [tar, ["--zstd", "-tf", file]],
    [bsdtar, ["-tf", file]],
  ] as const) {
    assert.deepEqual((await run({ file: program, args })).stdout.split("\n"), expected);
  }

  await run({ file: tar, args: ["--zstd", "-xf", file], folder });
  const { stdout } = await run({ file: join(folder, root, "bin", "runtime"), args: ["--version"] });
  assert.equal(stdout, job.version);
});
