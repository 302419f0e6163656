import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { capture } from "./child.mjs";
import { ROOT } from "./repository.mjs";

const folder = mkdtempSync(join(tmpdir(), "slipway-old-node-"));
after(() => rmSync(folder, { recursive: true }));

/**
 * Runs this Node as if it were another version of itself.
 *
 * @param {string} version
 * @param {string[]} args
 */
function asVersion(version, args) {
  const pretence = join(folder, `${version}.cjs`);
  writeFileSync(pretence, `Object.defineProperty(process, "versions", { value: { node: "${version}" } });\n`);
  return capture(process.execPath, ["--require", pretence, ...args], { cwd: ROOT });
}

test("a Node too old for the bootstrap gets one sentence that names the fix", async () => {
  const { code, stdout, stderr } = await asVersion("18.20.4", ["bootstrap/start.mjs"]);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^Slipway starts on Node 20 or newer .* this is Node 18\.20\.4: install a newer Node, .*\.\n$/);
});

for (const version of ["12.9.0", "20.20.2", "22.18.0", "23.11.1"]) {
  test(`Node ${version}, which cannot run the program, gets one sentence before the program`, async () => {
    const args = ["--require", "./bootstrap/require-node.cjs", "--eval", "console.log('the program')"];
    const { code, stdout, stderr } = await asVersion(version, args);
    assert.equal(code, 32);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^Slipway's program is TypeScript for Node 24 or newer, .* put a newer Node first on PATH, .*\.\n$/,
    );
    assert.ok(stderr.includes(`this is Node ${version}`));
  });
}

for (const version of ["24.0.0", "26.1.0"]) {
  test(`Node ${version} goes on to the program`, async () => {
    const args = ["--require", "./bootstrap/require-node.cjs", "--eval", "console.log('the program')"];
    assert.deepEqual(await asVersion(version, args), { code: 0, stdout: "the program\n", stderr: "" });
  });
}
