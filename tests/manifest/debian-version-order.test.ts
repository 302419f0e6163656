import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";
import { compareVersions, versionFor } from "../../packaging/version.ts";

/** Ascending in semantic versioning; each pair of neighbours is a trap of its own. */
const ascending = [
  "0.9.10",
  "0.10.0",
  "1.0.0-0",
  "1.0.0-2",
  "1.0.0-10",
  "1.0.0-10.rc",
  "1.0.0-alpha",
  "1.0.0-alpha.0",
  "1.0.0-alpha.2",
  "1.0.0-alpha.10",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-dev.20250812",
  "1.0.0-nightly",
  "1.0.0-rc.1",
  "1.0.0-rc.1.1",
  "1.0.0-rc.9",
  "1.0.0-rc.10",
  "1.0.0-snapshot.7",
  "1.0.0",
  "1.0.1-rc.1",
  "1.0.1",
  "1.0.10",
  "1.9.0",
  "1.10.0",
  "2.0.0",
];

test("dpkg sorts the versions that packages get as semantic versioning sorts the releases", async () => {
  for (const [index, older] of ascending.entries())
    for (const newer of ascending.slice(index + 1, index + 4)) {
      assert.equal(compareVersions(older, newer), -1);
      const versions = [versionFor("debian", older), "lt", versionFor("debian", newer)];
      const { exitCode, stderr } = await execa("dpkg", ["--compare-versions", ...versions], { reject: false });
      assert.equal(exitCode, 0, `${versions.join(" ")} ${stderr}`);
      assert.equal(stderr, "");
    }
});
