import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { lifecycle } from "../../packaging/lifecycle/notarization.ts";
import { stateSchema } from "../../packaging/lifecycle/state-schema.ts";
import { signedPackage } from "./signed-package.ts";
import { notaryStandIn, type Step, ticketFor } from "./stand-in.ts";

const program = join(import.meta.dirname, "create.ts");

async function setting(t: TestContext) {
  const [standIn, pkg] = await Promise.all([notaryStandIn(t), signedPackage(t)]);
  const objects = join(pkg.folder, ".slipway", "cache", "objects");
  await mkdir(objects, { recursive: true });
  await copyFile(pkg.file, join(objects, pkg.sha256));
  const { issuer, id, p8 } = standIn.key;
  const inputs = {
    schema: stateSchema,
    identifier: "dev.courier.courier",
    name: pkg.name,
    sha256: pkg.sha256,
    size: pkg.size,
    key: { issuer, id, source: { kind: "env", name: "NOTARY_KEY" } },
    wait: 60,
  };
  /** The resource's create in a process of its own, in the folder of a project. */
  const start = () => {
    const env = { ...process.env, NOTARY_KEY: p8, SLIPWAY_NOTARY_URL: standIn.url };
    const child = spawn(process.execPath, [program, JSON.stringify(inputs)], {
      cwd: pkg.folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => said.push(chunk.toString()));
    return { child, ended: ended(child).then((code) => ({ code, text: said.join("") })) };
  };
  return { standIn, pkg, inputs, start };
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

/** The requests of a run, and how many submissions there are in the end if it dies after each and is run again. */
const steps: readonly (readonly [step: Step, nth: number, submissions: number])[] = [
  ["history", 1, 1],
  // Apple took it, and nobody knows its credentials: it stays empty, and nothing is uploaded twice.
  ["submit", 1, 2],
  ["status", 1, 1],
  ["upload begins", 1, 1],
  ["upload part", 1, 1],
  ["upload ends", 1, 1],
  ["status", 2, 1],
  ["ticket", 1, 1],
];

for (const [step, nth, submissions] of steps) {
  test(`killed while it waits for the answer to "${step}" ${nth}, a run is completed by the next one`, async (t) => {
    const { standIn, pkg, start } = await setting(t);
    const killed = start();
    standIn.trouble = (each, count) => {
      if (each !== step || count !== nth) return undefined;
      killed.child.kill("SIGKILL");
      return "cut after";
    };
    assert.equal((await killed.ended).code, null);
    standIn.trouble = () => undefined;
    const { code, text } = await start().ended;
    assert.equal(code, 0, text);
    const outs = JSON.parse(text.trim().split("\n").at(-1) ?? "");
    const uploaded = standIn.submissions.filter(({ bytes }) => bytes !== undefined);
    assert.deepEqual([standIn.submissions.length, uploaded.length], [submissions, 1]);
    assert.deepEqual([outs.submission, outs.status, outs.drift], [uploaded[0]?.id, "Accepted", []]);
    assert.equal(outs.ticket, ticketFor(pkg.bytes).ticket.toString("base64"));
    assert.match(text, /not Apple, but the stand-in at http:\/\/127\.0\.0\.1:\d+ is asked; no Mac believes its ticket/);
    assert.ok(!text.includes(standIn.key.p8.split("\n")[1] ?? ""));
  });
}

test("what the state knows of the same bytes is not asked again, whatever became of the key", async (t) => {
  const { inputs } = await setting(t);
  const outs = { ...inputs, submission: "an id", status: "Accepted", ticket: "czhjaA==", drift: [] };
  const changed = { ...inputs, key: { ...inputs.key, id: "ANOTHERKEY" }, wait: 1 };
  assert.deepEqual(await lifecycle.diff("x", outs, changed), { changes: false });
  const { outs: again } = await lifecycle.update("x", outs, changed);
  assert.deepEqual([again["submission"], again["ticket"]], ["an id", "czhjaA=="]);
  assert.deepEqual((await lifecycle.read("x", outs)).props, outs);
  assert.deepEqual(await lifecycle.diff("x", outs, { ...inputs, sha256: "0".repeat(64) }), { changes: true });
});

test("a package that is not in the cache is named, with what to do", async (t) => {
  const { inputs } = await setting(t);
  await assert.rejects(lifecycle.create({ ...inputs, sha256: "0".repeat(64) }), {
    code: "SLW-NOTARY",
    message:
      /courier-1\.2\.0\.pkg \(SHA-256 0{64}\) is not in the build cache of this machine\. {2}\[SLW-NOTARY\]\n.*Run again/,
  });
});
