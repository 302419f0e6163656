import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../packaging/process.ts";
import { type DebianClient, debianClient } from "./apt/debian-client.ts";
import { everything } from "./apt/machine-files.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

const keyringPackage = "runtime-archive-keyring";
const keyringFile = `usr/share/keyrings/${keyringPackage}.gpg`;
const configuration = "etc/alpha/alpha.conf";

/** The archive of a team with the real runtime and a small daemon, and one machine of each Debian that uses it. */
test("users of both Debians install, run, upgrade and purge what a dev bucket serves", async (t) => {
  const { checkout, stack, configure } = await servedStack(t);
  const inBucket = (path: string) => join(checkout.bucket, path);
  await configure({ manifests: ["packaging/runtime/manifest.yaml", manifestOf("alpha")] });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0", configuration: "level = 1\n" });
  succeeded(await stack.up("--skip-preview"));

  await t.test("gpgv and sqv of this machine verify InRelease and Release.gpg", async () => {
    const ring = inBucket(`keys/${keyringPackage}.gpg`);
    const [inRelease, detached, release] = ["InRelease", "Release.gpg", "Release"].map((it) =>
      inBucket(`dists/dev/${it}`),
    ) as [string, string, string];
    const gpgv = machineTool("gpgv", "gpgv");
    await run({ file: gpgv, args: ["--keyring", ring, inRelease] });
    await run({ file: gpgv, args: ["--keyring", ring, detached, release] });
    const sqv = machineTool("sqv", "sqv");
    const { stdout } = await run({ file: sqv, args: ["--keyring", ring, detached, release] });
    assert.equal(stdout, (await stack.outputs())["archiveKey"]);
  });

  const users: { readonly machine: DebianClient; readonly before: readonly string[] }[] = [];
  for (const release of ["12", "13"] as const) {
    await t.test(`Debian ${release} installs without a warning`, async () => {
      const machine = await debianClient(t, { release, bucket: checkout.bucket, archive: "runtime" });
      await machine.aptGet("update");
      users.push({ machine, before: await everything(machine.folder) });
      await machine.aptGet("install", "--yes", "runtime", "alpha");
      assert.equal(await machine.version("runtime"), "0.25.9");
      assert.equal(await machine.version("alpha"), "alpha 1.0.0");
      assert.deepEqual(await silently(machine, "dpkg", "--verify"), "");
      const units = ["runtime.service", "runtime.socket", "alpha.service"];
      // A minimal Debian has no man to ask for the manual.
      assert.deepEqual(await silently(machine, "systemd-analyze", "--man=no", "verify", ...units), "");
    });

    await t.test(`Debian ${release}: the keyring package takes over the file that Signed-By names`, async () => {
      const { machine } = users.at(-1) as (typeof users)[number];
      const sources = await readFile(join(machine.folder, "etc/apt/sources.list.d/slipway.sources"), "utf8");
      assert.match(sources, new RegExp(`^Signed-By: /${keyringFile}$`, "m"));
      const byHand = await readFile(join(machine.folder, keyringFile));
      await machine.aptGet("install", "--yes", keyringPackage);
      assert.equal(
        (await machine.run("dpkg", "--search", `/${keyringFile}`)).stdout,
        `${keyringPackage}: /${keyringFile}`,
      );
      assert.deepEqual(await readFile(join(machine.folder, keyringFile)), byHand);
      await machine.aptGet("update");
    });
  }

  await t.test("an upgrade keeps the configuration that an administrator edited", async () => {
    for (const { machine } of users) await writeFile(join(machine.folder, configuration), "level = 7\n");
    await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0", configuration: "level = 2\n" });
    succeeded(await stack.up("--skip-preview"));
    for (const { machine } of users) {
      await machine.aptGet("update");
      await machine.aptGet("upgrade", "--yes", "--option", "Dpkg::Options::=--force-confold");
      assert.equal(await machine.version("alpha"), "alpha 1.1.0");
      assert.equal(await machine.version("runtime"), "0.25.9");
      assert.equal(await readFile(join(machine.folder, configuration), "utf8"), "level = 7\n");
      assert.equal(await readFile(join(machine.folder, `${configuration}.dpkg-dist`), "utf8"), "level = 2\n");
    }
  });

  await t.test("autoremove --purge leaves no file; the system users stay", async () => {
    for (const { machine, before } of users) {
      await machine.aptGet("autoremove", "--purge", "--yes", "runtime", "alpha");
      await machine.aptGet("autoremove", "--purge", "--yes", keyringPackage);
      const after = await everything(machine.folder);
      assert.deepEqual(
        after.filter((path) => !before.includes(path)),
        [],
      );
      assert.deepEqual(
        before.filter((path) => !after.includes(path)),
        [keyringFile],
      );
      const accounts = await readFile(join(machine.folder, "etc/passwd"), "utf8");
      assert.match(accounts, /^_alpha:/m);
      assert.match(accounts, /^_runtime:/m);
    }
  });
});

/** Runs a program that has to succeed; gives all that it printed. */
async function silently(machine: DebianClient, program: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await machine.run(program, ...args);
  assert.equal(exitCode, 0, stdout + stderr);
  return stdout + stderr;
}
