import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { run } from "../../packaging/process.ts";
import { inventoryOf } from "../../packaging/record/inventory.ts";
import { machineTool } from "../tools.ts";
import { runtimeJobs } from "./runtime-packages.ts";

const msiinfo = machineTool("msiinfo", "msitools");
const msiextract = machineTool("msiextract", "msitools");

/** The repository's own product as its manifest has it for Windows, and the .msi of it. */
async function installer(context: TestContext) {
  const folder = await scratch(context);
  const jobs = await runtimeJobs(folder, undefined, "windows-x86_64");
  const job = jobs.find(({ format }) => format.kind === "msi") ?? assert.fail("the manifest makes no .msi");
  const file = join(folder, job.name);
  await writeArtifact(job, file);
  return { folder, file, job };
}

test("the sample's .msi unpacks below Program Files to its inventory and to its payload, byte for byte", async (context) => {
  const { folder, file, job } = await installer(context);
  const out = join(folder, "out");
  await run({ file: msiextract, args: ["-C", out, file], environment: { LC_ALL: "C.UTF-8" } });
  const found = new Map<string, string>();
  for (const name of await readdir(out, { recursive: true }))
    if ((await stat(join(out, name))).isFile()) found.set(name, sha256(await readFile(join(out, name))));
  const inventory = inventoryOf(job).entries.map((entry) => [`runtime/${entry.path}`, entry.sha256] as const);
  assert.deepEqual(found, new Map(inventory));
  const payload = sha256(await readFile(join(folder, "payload", "esbuild.exe")));
  assert.equal(found.get("runtime/bin/runtime.exe"), payload);
});

test("the sample's .msi says who made what, puts its programs on the PATH and keeps the configuration", async (context) => {
  const { file, job } = await installer(context);
  const exported = async (table: string) => (await run({ file: msiinfo, args: ["export", file, table] })).stdout;
  const properties = await exported("Property");
  for (const [name, value] of [
    ["ProductName", "runtime"],
    ["ProductVersion", job.version],
    ["Manufacturer", "Slipway release engineering"],
    ["ALLUSERS", "1"],
  ])
    assert.match(properties, new RegExp(`^${name}\t${value?.replaceAll(".", "\\.")}\r?$`, "m"));
  const folder = /^(dir\.bin\.\w+)\tINSTALLDIR\tbin\r?$/m.exec(await exported("Directory"))?.[1];
  assert.ok((await exported("Environment")).includes(`=-*Path\t[~];[${folder}]`));
  // 256: of 64 bits; with 128 it is not written over, with 16 it stays when the product goes.
  assert.match(await exported("Component"), /^component\.runtime\.toml\.\w+\t\{[-0-9A-F]+\}\t\S+\t400\t/m);
  assert.match(await exported("Upgrade"), /\tNEWERVERSION\r?$/m);
});
