import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { harbourJobs } from "../../packaging/formats/debian/__fixtures__/harbour.ts";
import { conffiles, controlFields } from "../../packaging/formats/debian/control.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const dpkgDeb = machineTool("dpkg-deb", "dpkg");

async function written(folder: string, jobs: readonly ArtifactJob[]): Promise<readonly string[]> {
  const files = jobs.map((job) => join(folder, job.name));
  for (const [index, job] of jobs.entries()) await writeArtifact(job, files[index] ?? "");
  return files;
}

for (const compression of ["xz", "gzip", "zstd"] as const) {
  test(`dpkg reads packages of ${compression}: fields, files, owners, sums`, async (context) => {
    const folder = await scratch(context);
    const jobs = await runtimeJobs(folder, [{ format: "deb", compression }]);
    for (const [index, file] of (await written(folder, jobs)).entries()) {
      const job = jobs[index] as ArtifactJob;
      const { stdout: fields } = await run({ file: dpkgDeb, args: ["--field", file] });
      assert.equal(
        fields,
        controlFields(job)
          .map(([name, value]) => `${name}: ${value}`)
          .join("\n"),
      );
      const { stdout: contents } = await run({ file: dpkgDeb, args: ["--contents", file], environment: { TZ: "UTC" } });
      const lines = contents.split("\n");
      assert.equal(lines.length, job.tree.entries.length + 1);
      for (const line of lines) assert.match(line, /^[-dl][-rwx]{9} root\/root +\d+ 2025-08-12 23:48 \.\//);
    }
  });

  test(`dpkg unpacks packages of ${compression}, and its own verification finds no fault`, async (context) => {
    const folder = await scratch(context);
    const jobs = await runtimeJobs(folder, [{ format: "deb", compression }]);
    const files = await written(folder, jobs);
    const root = await dpkgRoot(folder);
    const dpkg = [`--root=${root}`, "--force-all"];
    await run({ file: "dpkg", args: [...dpkg, "--unpack", ...files] });
    await run({ file: "dpkg", args: [...dpkg, "--verify"] });
    for (const { path, type, mode, ...entry } of jobs.flatMap((job) => job.tree.entries)) {
      if (type === "directory" || !("sha256" in entry)) continue;
      // dpkg puts conffiles in place when it configures.
      const conffile = jobs.some((job) => conffiles(job).includes(`/${path}`));
      const file = join(root, conffile ? `${path}.dpkg-new` : path);
      assert.equal(sha256(await readFile(file)), entry.sha256, path);
      assert.equal((await stat(file)).mode & 0o7777, mode, path);
    }
    const { stdout } = await run({ file: join(root, "usr/bin/runtime"), args: ["--version"] });
    assert.match(stdout, /^\d+\.\d+\.\d+$/);
  });
}

test("the maintainer scripts are sh to every shell, and dpkg-deb sees them as programs", async (context) => {
  const folder = await scratch(context);
  const harbour = await harbourJobs(join(folder, "harbour"), "2.0.0", tinyElf("x86_64", ""));
  const jobs = [...(await runtimeJobs(folder, [{ format: "deb", compression: "gzip" }])), ...harbour];
  for (const [index, file] of (await written(folder, jobs)).entries()) {
    const control = join(folder, `control-${index}`);
    await run({ file: dpkgDeb, args: ["--control", file, control] });
    const { format } = jobs[index] as ArtifactJob;
    assert.ok(format.kind === "deb");
    for (const script of Object.keys(format.scripts)) {
      const path = join(control, script);
      assert.equal((await stat(path)).mode & 0o7777, 0o755);
      for (const shell of [["sh"], ["dash"], ["bash"], ["bash", "--posix"]] as const)
        await run({ file: shell[0], args: [...shell.slice(1), "-n", path] });
    }
  }
});

/** The least that dpkg needs of a root. */
async function dpkgRoot(folder: string): Promise<string> {
  const root = join(folder, "root");
  for (const path of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "usr/bin", "usr/lib"]) {
    await mkdir(join(root, path), { recursive: true });
  }
  await symlink("usr/lib", join(root, "lib"));
  await chmod(root, 0o755);
  await run({ file: "touch", args: [join(root, "var/lib/dpkg/status")] });
  return root;
}
