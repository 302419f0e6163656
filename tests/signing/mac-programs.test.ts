import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { BuildCache } from "../../packaging/builds/cache.ts";
import { sha256 } from "../../packaging/digest.ts";
import { SlipwayError } from "../../packaging/errors.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { type SignatureShape, signedSlice } from "../../packaging/formats/macos/__fixtures__/code-signature.ts";
import { arm, intel, machO } from "../../packaging/formats/macos/__fixtures__/mach-o.ts";
import { readSliceSignatures } from "../../packaging/formats/macos/code-signature.ts";
import { joinMachO } from "../../packaging/formats/macos/join-mach-o.ts";
import type { BinaryClaim } from "../../packaging/payload/check-binary.ts";
import { checkSignature } from "../../packaging/payload/check-signature.ts";
import type { Identity } from "../../packaging/shipping/identities.ts";
import { signedMacProgram } from "../../packaging/shipping/signed-mac-program.ts";
import { signedTree } from "../../packaging/shipping/signed-tree.ts";
import { machOSigner } from "../../packaging/signing/rcodesign.ts";
import { generateX509 } from "../../packaging/signing/x509/generate.ts";
import { fileEntry, inlineEntry } from "../../packaging/staging/file-entry.ts";
import type { Tree } from "../../packaging/staging/tree.ts";
import { noRcodesign, standInRcodesign } from "./rcodesign.ts";
import type { SigningJob } from "./sign-mac-program.ts";

const { public: own, secret } = generateX509("apple-application", "Courier (dev)");
const source = {
  file: { kind: "state", secret: secret.file },
  password: { kind: "state", secret: secret.password },
} as const;
const identity: Identity = { public: own, source };
const keyless: Identity = { public: own, source: undefined };
const secrets = [secret.password, secret.file];
const by = { product: "courier", epoch: 1_700_000_000 };
const ofSomebody: SignatureShape = { flags: 0x1_0000, team: "SOMEBODY01", cms: Buffer.from("somebody") };
// A script stands in for rcodesign, and Windows starts none.
const options = { skip: process.platform === "win32" };

/** A tree of one universal program that nobody has signed, one ad hoc, one that somebody has, and files that are none. */
async function macTree(context: TestContext) {
  const folder = await scratch(context);
  const program = async (name: string, x86: Uint8Array, arm64: Uint8Array) => {
    const thin = { x86_64: x86, aarch64: arm64 };
    for (const [arch, bytes] of Object.entries(thin)) await writeFile(join(folder, `${name}.${arch}`), bytes);
    const named = (arch: string) => ({ file: join(folder, `${name}.${arch}`), name: arch });
    const file = join(folder, name);
    const { size, sha256 } = await joinMachO({ x86_64: named("x86_64"), aarch64: named("aarch64") }, file);
    const content = { kind: "disk", file } as const;
    return fileEntry(`usr/bin/${name}`, { size, sha256, content }, { part: "bin", mode: 0o755 });
  };
  const script = Buffer.from("#!/bin/sh\n");
  await writeFile(join(folder, "script"), script);
  const content = { kind: "disk", file: join(folder, "script") } as const;
  const tree: Tree = {
    entries: [
      await program("bare", machO(intel), machO(arm)),
      await program("adhoc", machO(intel), signedSlice(arm)),
      await program("signed", signedSlice(intel, ofSomebody), signedSlice(arm, ofSomebody)),
      fileEntry("usr/bin/script", { size: script.length, sha256: sha256(script), content }, { part: "bin" }),
      inlineEntry("usr/share/doc/courier/README", "read me", "bin"),
    ],
  };
  return { tree, folder, cache: (name = "cache") => new BuildCache(join(folder, name), assert.fail) };
}

const sign = async (tree: Tree, cache: BuildCache, who: Identity = identity) =>
  (await signedTree(tree, by, { identity: who, cache }, signedMacProgram))?.tree;
const digests = (tree: Tree | undefined) =>
  (tree?.entries ?? []).map((entry) => (entry.type === "file" ? entry.sha256 : undefined));
/** What lies in the temporary folder of the cache. */
const leftovers = (folder: string) => readdir(join(folder, "cache", "temporary"));

test(
  "programs that nobody has signed are signed with the hardened runtime, and all else stays",
  options,
  async (context) => {
    const { runs } = await standInRcodesign(context, { secrets });
    const { tree, cache } = await macTree(context);
    const signed = await sign(tree, cache());
    assert.deepEqual(
      digests(signed).map((digest, at) => digest === digests(tree)[at]),
      [false, false, true, true, true],
    );
    for (const entry of signed?.entries.slice(0, 2) ?? []) {
      assert(entry.type === "file" && entry.content.kind === "disk");
      assert.equal(entry.mode, 0o755);
      const bytes = await readFile(entry.content.file);
      assert.deepEqual([bytes.length, sha256(bytes)], [entry.size, entry.sha256]);
      const handle = await open(entry.content.file);
      const slices = await readSliceSignatures(handle, entry.size, entry.path);
      await handle.close();
      for (const { signature } of slices) {
        assert(signature.kind === "signed");
        assert.equal(signature.directory.flags, 0x1_0000);
        assert.equal(signature.directory.identifier, entry.path.slice("usr/bin/".length));
      }
    }
    const asked = await runs();
    assert.equal(asked.length, 2);
    for (const run of asked) {
      assert.equal(run["signing-time"], "2023-11-14T22:13:20Z");
      assert.equal(run["timestamp-url"], "none");
      await assert.rejects(stat(run["folder"] ?? ""), { code: "ENOENT" }, "the identity is gone with its folder");
    }
  },
);

test(
  "what was signed is taken from the cache, and equal inputs are equal bytes in another one",
  options,
  async (context) => {
    const { tell, runs } = await standInRcodesign(context, { secrets });
    const { tree: whole, cache } = await macTree(context);
    const tree = { entries: whole.entries.slice(0, 1) };
    const first = digests(await sign(tree, cache()));
    assert.deepEqual(digests(await sign(tree, cache(), keyless)), first, "no key is needed for it");
    assert.equal((await runs()).length, 1);
    assert.deepEqual(digests(await sign(tree, cache("another"))), first);
    assert.equal((await runs()).length, 2);
    const timestamp = "http://127.0.0.1:9/ts01";
    assert.equal(await sign(tree, cache(), { ...keyless, timestamp }), undefined);
    assert.notDeepEqual(digests(await sign(tree, cache(), { ...identity, timestamp })), first);
    assert.equal((await runs()).at(-1)?.["timestamp-url"], timestamp);
    await tell({ secrets, version: "rcodesign 0.30.0" });
    assert.equal(await sign(tree, cache(), keyless), undefined, "another rcodesign may sign other bytes");
  },
);

test("without rcodesign a preview without keys waits, and an update says both ways out", async (context) => {
  await noRcodesign(context);
  const { tree, cache } = await macTree(context);
  assert.equal(await sign(tree, cache(), keyless), undefined);
  await assert.rejects(sign(tree, cache()), {
    code: "SLW-TOOL-MISSING",
    message:
      /^usr\/bin\/bare is not signed, and rcodesign.*\s+Install rcodesign .*; or bring programs whose slices are all signed/,
  });
  const done = { entries: tree.entries.slice(2) };
  assert.equal(await sign(done, cache()), done, "nothing of it is needed where all is signed");
});

const claim: BinaryClaim = { path: "usr/bin/bare", target: "macos-universal", static: false, from: "npm bare" };
test(
  "a bare slice is taken where rcodesign signs it, and refused with both ways out where it is missing",
  options,
  async (context) => {
    const { tree } = await macTree(context);
    const [bare] = tree.entries;
    assert(bare?.type === "file" && bare.content.kind === "disk");
    const { file } = bare.content;
    assert.equal(await machOSigner(false), undefined);
    await noRcodesign(context);
    const refused = await checkSignature(claim, file, await machOSigner(true));
    assert.equal(refused?.code, "SLW-PAYLOAD-UNSIGNED");
    assert.match(refused.hint ?? "", /^Install rcodesign .*; or bring programs/);
    await standInRcodesign(context, { secrets });
    assert.equal(await checkSignature(claim, file, await machOSigner(true)), undefined);
  },
);

test("a wrong password is named by where it is, and no password is shown", options, async (context) => {
  const { runs } = await standInRcodesign(context, { secrets });
  const { tree, cache } = await macTree(context);
  const wrong = { ...source, password: { kind: "state", secret: "wrong horse" } } as const;
  await assert.rejects(sign(tree, cache(), { public: own, source: wrong }), (error) => {
    assert(error instanceof SlipwayError);
    assert.equal(error.code, "SLW-KEY");
    assert.match(error.message, /^The password given does not open the PKCS#12 file in the stack's encrypted state/);
    assert.doesNotMatch(error.message, /wrong horse/);
    return true;
  });
  assert.deepEqual(await runs(), []);
});

test(
  "what rcodesign says when it fails is shown without its password, and nothing is left",
  options,
  async (context) => {
    await standInRcodesign(context, { secrets, fails: true });
    const { tree, folder, cache } = await macTree(context);
    await assert.rejects(sign(tree, cache()), {
      code: "SLW-BUILD",
      message: /rcodesign --config-file .* ended with exit code 1\.\s.*\s+Error: cannot sign, and here is \[secret\]/,
    });
    assert.deepEqual(await leftovers(folder), []);
  },
);

test(
  "an update that is cancelled while rcodesign runs leaves no key, and ends by the signal",
  options,
  async (context) => {
    const { runs } = await standInRcodesign(context, { secrets, hangs: true });
    const { tree, folder } = await macTree(context);
    const [entry] = tree.entries;
    assert(entry?.type === "file");
    const job: SigningJob = { entry, by, identity, cacheFolder: join(folder, "cache") };
    await writeFile(join(folder, "job.json"), JSON.stringify(job), { mode: 0o600 });
    const program = join(import.meta.dirname, "sign-mac-program.ts");
    const child = spawn(process.execPath, [program, join(folder, "job.json")], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const ended = once(child, "exit");
    while ((await runs()).length === 0 && child.exitCode === null) await setTimeout(20);
    const [temporary = "", ...more] = await leftovers(folder);
    assert.deepEqual(more, []);
    assert.deepEqual((await readdir(join(folder, "cache", "temporary", temporary))).sort(), [
      "identity.p12",
      "password",
    ]);
    child.kill("SIGINT");
    assert.deepEqual(await ended, [null, "SIGINT"]);
    assert.deepEqual(await leftovers(folder), []);
  },
);

for (const [what, told, says] of [
  [
    "without the hardened runtime",
    { forgetsRuntime: true },
    /left usr\/bin\/bare \(aarch64, x86_64\) without a signature/,
  ],
  ["of one processor", { losesSlice: true }, /made of usr\/bin\/bare \(aarch64, x86_64\) one for x86_64/],
] as const) {
  test(`a signed program ${what} is refused`, options, async (context) => {
    await standInRcodesign(context, { secrets, ...told });
    const { tree, cache } = await macTree(context);
    await assert.rejects(sign(tree, cache()), { code: "SLW-BUILD", message: says });
  });
}

test("an identity that is not the one of the settings signs nothing", options, async (context) => {
  const { runs } = await standInRcodesign(context, { secrets });
  const { tree, cache } = await macTree(context);
  const other = generateX509("apple-application", "Somebody else").public;
  await assert.rejects(sign(tree, cache(), { public: other, source }), { code: "SLW-KEY" });
  assert.deepEqual(await runs(), []);
});
