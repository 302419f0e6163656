import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../../packaging/process.ts";
import type { SuiteRelease } from "../../packaging/repositories/apt/suite.ts";
import { publishRelease } from "./real-releases.ts";
import { servedSuite } from "./served-suite.ts";

test("apt-file updates without a word, searches, and lists a package's files, the union over its versions", async (t) => {
  const suite = await servedSuite(t);
  const files = (release: SuiteRelease, ...paths: readonly string[]): SuiteRelease => ({
    ...release,
    packages: release.packages.map((it) => ({ ...it, files: ["usr/bin/example", ...paths] })),
  });
  const long = `usr/share/example/${"long-".repeat(20)}name with a blank.txt`;
  await suite.publish([
    files(await publishRelease(suite.store, "1.1", "1.1"), "usr/share/example/new.json", long),
    files(await publishRelease(suite.store, "1.0", "1.0"), "usr/share/example/old.json"),
  ]);
  const apt = await suite.apt();
  await copyFile("/etc/apt/apt.conf.d/50apt-file.conf", join(apt.folder, "etc/apt/apt.conf.d/50apt-file.conf"));
  // A machine of two architectures: apt fetches what it has packages for, and no more.
  const both = 'APT::Architectures { "amd64"; "arm64"; };\n';
  await writeFile(join(apt.folder, "etc/apt/apt.conf.d/10architectures.conf"), both);
  const aptFile = async (...args: readonly string[]) => {
    const environment = { APT_CONFIG: join(apt.folder, "etc/apt/apt.conf") };
    const { stdout, stderr } = await run({ file: "apt-file", args, folder: apt.folder, environment });
    assert.equal(stderr, "");
    return stdout;
  };
  const { exitCode, stdout, stderr } = await apt.run("apt-get", "update");
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" }, stdout);
  assert.match(stdout, /Contents \(deb\)/);
  assert.equal(await aptFile("search", "bin/example"), "example: /usr/bin/example");
  assert.equal(await aptFile("search", "--architecture", "arm64", "old.json"), "example: /usr/share/example/old.json");
  const listed = ["/usr/bin/example", `/${long}`, "/usr/share/example/new.json", "/usr/share/example/old.json"];
  assert.deepEqual(
    (await aptFile("list", "example")).split("\n"),
    listed.map((path) => `example: ${path}`),
  );
});
