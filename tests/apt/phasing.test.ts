import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { AptRoot } from "./apt-root.ts";
import { publishRelease } from "./real-releases.ts";
import { servedSuite } from "./served-suite.ts";

const installed = `Package: example
Status: install ok installed
Architecture: amd64
Version: 1.0
Maintainer: Example <packages@example.org>
Description: example program
`;

/** Machines by their machine-id: apt draws for each of them. */
const machines = Array.from({ length: 14 }, (_, at) => `${at}`.padStart(32, "0"));

test("apt holds the current version back on the machines that it draws, and shows why", async (t) => {
  const suite = await servedSuite(t);
  const current = { ...(await publishRelease(suite.store, "1.1", "1.1")), current: true };
  const kept = await publishRelease(suite.store, "1.0", "1.0");
  const apt = await suite.apt();
  await writeFile(join(apt.folder, "var/lib/dpkg/status"), installed);
  const at = async (percentage: number | undefined) => {
    await suite.publish([current, kept], percentage === undefined ? {} : { example: percentage });
    const { exitCode, stderr } = await apt.run("apt-get", "update");
    assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
    return upgrading(apt);
  };

  const [few, some, most] = [await at(20), await at(50), await at(80)];
  assert.ok(few.length < some.length && some.length < most.length && most.length < machines.length);
  assert.deepEqual(
    few.filter((machine) => !some.includes(machine)),
    [],
    "a machine that was let through stays so as the number grows",
  );
  assert.ok((await at(0)).length <= 2);
  const shown = (await apt.run("apt-cache", "show", "example")).stdout;
  assert.match(shown, /^Version: 1\.1\n(?:.+\n)*Phased-Update-Percentage: 0$/m);
  assert.doesNotMatch(shown.slice(shown.indexOf("Version: 1.0\n")), /Phased-Update-Percentage/);
  await writeFile(join(apt.folder, "var/lib/dpkg/status"), "");
  const fresh = await apt.run("apt-get", "--simulate", "-o", `APT::Machine-ID=${machines[0]}`, "install", "example");
  assert.match(fresh.stdout, /^Inst example \(1\.1 /m, "a new install gets the current version");

  await writeFile(join(apt.folder, "var/lib/dpkg/status"), installed);
  assert.deepEqual(await at(undefined), machines);
  assert.deepEqual(await at(100), machines);
});

/** The machines that upgrade now. */
async function upgrading(apt: AptRoot): Promise<readonly string[]> {
  const upgraded: string[] = [];
  for (const machine of machines) {
    const { exitCode, stdout, stderr } = await apt.run(
      ...(["apt-get", "--simulate", "upgrade", "-o", `APT::Machine-ID=${machine}`] as const),
    );
    assert.equal(exitCode, 0, stderr);
    if (/^Inst example \[1\.0\] \(1\.1 /m.test(stdout)) upgraded.push(machine);
  }
  return upgraded;
}
