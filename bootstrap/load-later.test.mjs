import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const preload = fileURLToPath(new URL("load-later.cjs", import.meta.url));
const commands = join(dirname(require.resolve("@pulumi/pulumi/package.json")), "cmd");

/**
 * Runs code in a Node that was told, as the engine's processes are, to load the file first, and in which `require` is that
 * of a process of the SDK.
 *
 * @param {string} command
 * @param {string} code
 * @returns {Promise<unknown>} what the code returns, as JSON
 */
async function inSdk(command, code) {
  const file = JSON.stringify(join(commands, command, "index.js"));
  const lines = [
    `process.argv[1] = ${file};`,
    `require(${JSON.stringify(preload)});`,
    `const sdk = require("node:module").createRequire(${file});`,
    `const { isProxy } = require("node:util").types;`,
    `const loaded = (name) => !isProxy(require.cache[sdk.resolve(name)]?.exports);`,
    `(async () => { ${code} })().then((it) => process.stdout.write(JSON.stringify(it)));`,
  ];
  // Under `npm test` these have the file loaded already, before the process says whose it is.
  const env = { ...process.env, NODE_OPTIONS: "" };
  return JSON.parse((await promisify(execFile)(process.execPath, ["--eval", lines.join("\n")], { env })).stdout);
}

/** Which of them are more than their stand-ins. */
const parts = `{
  arborist: loaded("@npmcli/arborist"),
  typescript: loaded("typescript"),
  debugger: loaded("../../runtime/closure/v8Hooks"),
}`;

for (const command of ["run", "dynamic-provider"]) {
  test(`the SDK's ${command} loads neither compiler nor debugger nor npm's tree before they are needed`, async () => {
    const code = `sdk("../.."); await sdk("../../runtime/closure/v8Hooks").isInitializedAsync(); return ${parts};`;
    assert.deepEqual(await inSdk(command, code), { arborist: false, typescript: false, debugger: false });
  });
}

test("a function that is turned into text after all gets all three, and the text of before", async () => {
  const code = `
    const { runtime } = sdk("../..");
    const captured = { n: 41 };
    const { text } = await runtime.serializeFunction(() => captured.n + 1);
    return { text, tree: new (sdk("@npmcli/arborist").Arborist)({ path: "." }).path, ...${parts} };`;
  const [later, before] = await Promise.all([inSdk("run", code), inSdk("elsewhere", code)]);
  assert.deepEqual(before, { .../** @type {object} */ (before), arborist: true, typescript: true, debugger: true });
  assert.deepEqual(later, before);
});

test("the compiler that stands in for itself is, to each way to look at it, what it is, and is loaded by the first", async () => {
  const code = `
    sdk("../..");
    const ts = sdk("typescript");
    const before = loaded("typescript");
    const { transpileModule, default: all } = await import(require("node:url").pathToFileURL(sdk.resolve("typescript")).href);
    ts.ours = 1;
    return {
      before,
      after: loaded("typescript"),
      imported: [typeof transpileModule, all.version],
      in: ["version" in ts, "ours" in ts, "noSuchMember" in ts],
      keys: Object.keys(ts),
      own: [Object.hasOwn(ts, "version"), Object.hasOwn(ts, "noSuchMember"), { ...ts }.version, ts.ours],
    };`;
  const [later, always] = await Promise.all([inSdk("run", code), inSdk("elsewhere", code)]);
  assert.deepEqual(later, { .../** @type {object} */ (always), before: false });
  const { imported, ...seen } = /** @type {Readonly<Record<string, unknown>>} */ (later);
  assert.deepEqual([Array.isArray(imported) && imported[0], seen["in"]], ["function", [true, true, false]]);
});
