import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BuildCache } from "../packaging/builds/cache.ts";
import { sha256 } from "../packaging/digest.ts";
import { scratch } from "../packaging/formats/__fixtures__/scratch.ts";
import { unsignedMsi } from "../packaging/formats/windows/installer/__fixtures__/msi.ts";
import { run } from "../packaging/process.ts";
import { signedFile } from "../packaging/shipping/signed-file.ts";
import { timestampsIn } from "../packaging/shipping/timestamps.ts";
import { fixture, p12, password, signedAt, testSigner } from "../packaging/signing/x509/__fixtures__/identities.ts";
import { timestampAuthority } from "./signing/timestamp-authority.ts";
import { machineTool } from "./tools.ts";

const openssl = machineTool("openssl", "openssl");
const osslsigncode = machineTool("osslsigncode", "osslsigncode");
const program = fileURLToPath(new URL("../packaging/cli/main.ts", import.meta.url));

/** A project whose stack dev keeps timestamps, and an installer to sign. */
async function project(context: TestContext) {
  const folder = await scratch(context);
  await mkdir(join(folder, "stacks"));
  for (const [stack, kept] of Object.entries({ dev: "timestamps", candidate: "timestamps-of-candidate" }))
    await writeFile(join(folder, "stacks", `Pulumi.${stack}.yaml`), `config:\n  slipway:timestamps: stacks/${kept}\n`);
  const { folder: kept, notes } = timestampsIn("stacks/timestamps");
  const timestamps = { folder: join(folder, kept), notes: join(folder, notes) };
  const bytes = await unsignedMsi(join(folder, "spool"));
  const file = join(folder, "unsigned.msi");
  await writeFile(file, bytes);
  const content = { file, size: bytes.length, sha256: sha256(bytes) };
  const { public: own } = await testSigner("authenticode");
  const identity = { public: own, source: { file: p12("authenticode"), password } };
  const cache = new BuildCache(join(folder, "cache"), assert.fail);
  const sign = () =>
    signedFile({ kind: "msi", content, epoch: signedAt, description: "Courier" }, identity, cache, timestamps);
  const slipway = (authority: string, ...more: readonly string[]) =>
    run({
      file: process.execPath,
      args: [program, "timestamp", "--authority", authority, ...more],
      folder,
      accept: [0, 1, 2],
    });
  return { folder, timestamps, sign, slipway };
}

test("what a preview notes is asked for once, kept, and embedded: openssl and osslsigncode agree", async (context) => {
  const { folder, timestamps, sign, slipway } = await project(context);
  const first = await sign();
  assert.equal(first?.waits, true);
  const [note = ""] = await readdir(timestamps.notes);
  await writeFile(join(folder, "signature"), await readFile(join(timestamps.notes, note)));

  const authority = await timestampAuthority(context);
  const ofAnother = await slipway(authority, "--stack", "candidate");
  assert.match(ofAnother.stdout, /^No signature waits for a timestamp\.$/, "it keeps its own");
  assert.deepEqual(await readdir(timestamps.notes), [note]);
  const asked = await slipway(authority);
  const [name = "", ...more] = await readdir(timestamps.folder);
  assert.deepEqual([name, more], [note.replace(/signature$/, "tsr"), []]);
  assert.match(asked.stdout, /^stacks[/\\]timestamps[/\\][0-9a-f]{64}\.tsr {3}20\d\d-.*Z\nCommit stacks\/timestamps/);
  assert.deepEqual(await readdir(timestamps.notes), []);
  const reply = join(timestamps.folder, name);
  const trust = ["-CAfile", fixture("root.pem"), "-untrusted", fixture("intermediate.pem")];
  const verified = await run({
    file: openssl,
    args: ["ts", "-verify", "-data", join(folder, "signature"), "-in", reply, ...trust],
  });
  assert.match(verified.stdout, /Verification: OK/);

  const second = await sign();
  assert.equal(second?.waits, false);
  const purpose = ["-CAfile", fixture("root.pem"), "-TSA-CAfile", fixture("root.pem")];
  const { stdout } = await run({ file: osslsigncode, args: ["verify", ...purpose, "-in", second.built.file] });
  assert.match(stdout, /Timestamp Server Signature verification: ok/);

  const before = await readFile(reply);
  assert.match((await slipway(authority)).stdout, /^No signature waits for a timestamp\.$/);
  assert.deepEqual(await readFile(reply), before);
});

test("where no authority answers, what waits stays noted and nothing is kept", async (context) => {
  const { timestamps, sign, slipway } = await project(context);
  await sign();
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo;
  await once(gone.close(), "close");
  const { exitCode, stderr } = await slipway(`http://127.0.0.1:${port}/`);
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^The timestamp authority http:\/\/127\.0\.0\.1:\d+\/ cannot be asked \(ECONNREFUSED\).*\[SLW-TIMESTAMP\]/,
  );
  assert.equal((await readdir(timestamps.notes)).length, 1);
  await assert.rejects(readdir(timestamps.folder), { code: "ENOENT" });
});
