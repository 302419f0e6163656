import assert from "node:assert/strict";
import { chmod, mkdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { conffiles, controlFields } from "../../packaging/formats/debian/control.ts";
import { keyringJob } from "../../packaging/formats/debian/keyring.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const dpkgDeb = machineTool("dpkg-deb", "dpkg");
const lintian = machineTool("lintian", "lintian");

async function written(folder: string, jobs: readonly ArtifactJob[]): Promise<readonly string[]> {
  const files = jobs.map((job) => join(folder, job.name));
  for (const [index, job] of jobs.entries()) await writeArtifact(job, files[index] ?? "");
  return files;
}

const keyring = keyringJob({
  archive: "example",
  version: 3,
  epoch: 1_700_000_000,
  keyring: Buffer.from("certificates"),
  maintainer: { name: "Example Team", email: "team@courier.example" },
  homepage: "https://courier.example",
  origin: "Example",
});

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

test("lintian has no error and no warning about any package", async (context) => {
  const folder = await scratch(context);
  const jobs = [...(await runtimeJobs(folder, [{ format: "deb", compression: "xz" }])), keyring];
  const files = await written(folder, jobs);
  const args = ["--profile", "debian", "--allow-root", "--fail-on", "error,warning", "--show-overrides", ...files];
  const { stdout } = await run({ file: lintian, args, accept: [0, 2] });
  const complaints = stdout.split("\n").filter((line) => /^[EW]: /.test(line));
  assert.deepEqual(complaints, []);
  // The override is there because lintian would complain, and for nothing else.
  assert.deepEqual(
    stdout.split("\n").filter((line) => /^[OI]: .*(?:overrid|statically)/.test(line)),
    ["O: runtime-bin: statically-linked-binary [usr/bin/runtime]"],
  );
});

test("lintian still finds what is wrong", async (context) => {
  const folder = await scratch(context);
  const [, job] = await runtimeJobs(folder, [{ format: "deb", compression: "xz" }]);
  assert.ok(job);
  const bare = { ...job, tree: { entries: job.tree.entries.filter(({ path }) => !/copyright$/.test(path)) } };
  const [file = ""] = await written(folder, [bare]);
  const { stdout } = await run({ file: lintian, args: ["--profile", "debian", "--allow-root", file], accept: [0, 2] });
  assert.match(stdout, /^E: runtime: no-copyright-file/m);
});

test("the maintainer scripts are sh, and dpkg-deb sees them as programs", async (context) => {
  const folder = await scratch(context);
  const [, job] = await runtimeJobs(folder, [{ format: "deb", compression: "gzip" }]);
  assert.ok(job);
  const [file = ""] = await written(folder, [job]);
  await run({ file: dpkgDeb, args: ["--control", file, join(folder, "control")] });
  for (const script of ["postinst", "prerm", "postrm"]) {
    const path = join(folder, "control", script);
    assert.equal((await stat(path)).mode & 0o7777, 0o755);
    for (const shell of ["dash", "bash"]) await run({ file: shell, args: ["-n", path] });
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
