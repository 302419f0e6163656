import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const gzip = machineTool("gzip", "gzip");
const tar = machineTool("tar", "tar");
const bsdtar = machineTool("bsdtar", "libarchive-tools");
const python = machineTool("python3", "python3");

test("gzip, tar, bsdtar and Python read the archive; unpacked anywhere, its program runs", async (context) => {
  const folder = await scratch(context);
  const [job] = await runtimeJobs(folder, [{ format: "tar.gz" }]);
  assert.ok(job?.format.kind === "tar.gz");
  const { root } = job.format;
  const file = join(folder, job.name);
  await writeArtifact(job, file);
  await run({ file: gzip, args: ["--test", file] });

  const entries = job.tree.entries.map(({ path, type }) => ({
    path: `${root}/${path}`,
    slash: type === "directory" ? "/" : "",
  }));
  const expected = [`${root}/`, ...entries.map(({ path, slash }) => `${path}${slash}`)];
  for (const program of [tar, bsdtar]) {
    assert.deepEqual((await run({ file: program, args: ["-tzf", file] })).stdout.split("\n"), expected);
  }
  const script = "import sys, tarfile; print(*tarfile.open(sys.argv[1], 'r:gz').getnames(), sep='\\n')";
  const { stdout: names } = await run({ file: python, args: ["-c", script, file] });
  assert.deepEqual(names.split("\n"), [root, ...entries.map(({ path }) => path)]);

  await run({ file: tar, args: ["-xzf", file], folder });
  const { stdout } = await run({ file: join(folder, root, "bin", "runtime"), args: ["--version"] });
  assert.equal(stdout, job.version);
});
