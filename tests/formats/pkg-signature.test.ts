import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { createWriteStream } from "node:fs";
import { copyFile, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { collect } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { pkgJob } from "../../packaging/formats/macos/__fixtures__/job.ts";
import { writePkg } from "../../packaging/formats/macos/pkg.ts";
import { writeSignedPkg } from "../../packaging/formats/macos/sign-pkg.ts";
import type { RsaForm } from "../../packaging/formats/macos/sign-xar.ts";
import { verifyPkg } from "../../packaging/formats/macos/verify-pkg.ts";
import { openXar } from "../../packaging/formats/macos/xar-reader.ts";
import { run } from "../../packaging/process.ts";
import { fixture, root, signedAt, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../packaging/signing/x509/__fixtures__/timestamp.ts";
import { machineTool } from "../tools.ts";

const openssl = machineTool("openssl", "openssl");
const bsdtar = machineTool("bsdtar", "libarchive-tools");
const sevenZip = machineTool("7zz", "7zip");

const issuers = ["intermediate.pem", "root.pem"];

/** A signed package, and what is in its heap and table as files for openssl. */
async function parts(context: TestContext, rsaForm: RsaForm, timestamp?: Uint8Array) {
  const folder = await scratch(context);
  const [pkg, ...names] = ["it.pkg", "checksum", "toc", "rsa", "cms", "key.pem"].map((name) => join(folder, name));
  const [checksum = "", toc = "", rsa = "", cms = "", key = ""] = names;
  const signing = { signer: await testSigner("apple-installer"), signedAt, rsaForm, ...(timestamp && { timestamp }) };
  let signature: Uint8Array = Buffer.alloc(0);
  const plain = join(folder, "plain.pkg");
  const writing = { spool: join(folder, "spool"), packed: () => undefined };
  await pipeline(writePkg(pkgJob(), writing), createWriteStream(plain));
  const unsigned = await open(plain);
  const bytes = writeSignedPkg(unsigned, (await unsigned.stat()).size, pkgJob().epoch, signing, (signed) => {
    signature = signed.signature;
  });
  await pipeline(bytes, createWriteStream(`${pkg}`));
  await unsigned.close();
  const file = await open(`${pkg}`);
  const xar = await openXar(file, (await file.stat()).size);
  const [first, second] = xar.signatures;
  assert.ok(first !== undefined && second !== undefined);
  await writeFile(checksum, xar.checksum);
  await writeFile(toc, xar.packedToc);
  await writeFile(rsa, await collect(first.content()));
  await writeFile(cms, await collect(second.content()));
  await file.close();
  const [own = ""] = signing.signer.public.certificates;
  const { publicKey } = new X509Certificate(Buffer.from(own, "base64"));
  await writeFile(key, publicKey.export({ format: "pem", type: "spki" }));
  return { pkg: `${pkg}`, checksum, toc, rsa, cms, key, signature };
}

function cmsVerify(cms: string, content: string, more: readonly string[] = []) {
  const purpose = ["-purpose", "any", "-CAfile", fixture("root.pem"), "-out", "/dev/null"];
  return run({
    file: openssl,
    args: ["cms", "-verify", "-binary", "-inform", "DER", "-in", cms, "-content", content, ...purpose, ...more],
  });
}

test("openssl verifies the CMS signature and its chain, with a timestamp and without", async (context) => {
  const { cms, checksum, toc, signature } = await parts(context, "sha256-of-checksum");
  assert.match((await cmsVerify(cms, checksum)).stderr, /successful/i);
  await assert.rejects(cmsVerify(cms, toc));
  const stamped = await parts(context, "sha256-of-checksum", timestampToken(signature, signedAt));
  assert.match((await cmsVerify(stamped.cms, stamped.checksum)).stderr, /successful/i);
});

test("the lines of the page on signing verify a package, and refuse one with a flipped byte", async (context) => {
  const { pkg } = await parts(context, "sha256-of-checksum");
  const folder = await scratch(context);
  await copyFile(fixture("root.pem"), join(folder, "installer.pem"));
  const page = await readFile(join(import.meta.dirname, "..", "..", "docs", "process", "signing.md"), "utf8");
  const [, lines = ""] = /^```sh\npkg=.*\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const verify = async (bytes: Uint8Array) => {
    await writeFile(join(folder, "it.pkg"), bytes);
    return run({ file: "sh", args: ["-e", "-u", "-c", `pkg=it.pkg\n${lines}`], folder });
  };
  const bytes = await readFile(pkg);
  const { stdout, stderr } = await verify(bytes);
  assert.match(stdout, /Verified OK/);
  assert.match(stderr, /CMS Verification successful/i);
  for (const at of [100, bytes.length - 100]) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    await assert.rejects(verify(flipped), `byte ${at}`);
  }
});

/** What openssl's timestamp authority says: `default_policy` and the rest are in no need to be sensible. */
const authority = `[tsa]
default_tsa = it
[it]
serial = serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
`;

test("a timestamp by openssl is taken", async (context) => {
  const folder = await scratch(context);
  const { signature } = await parts(context, "sha256-of-checksum");
  await writeFile(join(folder, "authority.cnf"), authority);
  await writeFile(join(folder, "serial"), "01\n");
  await writeFile(join(folder, "signature"), signature);
  await writeFile(
    join(folder, "chain.pem"),
    (await Promise.all(issuers.map((name) => readFile(fixture(name))))).join(""),
  );
  const ts = (...args: readonly string[]) => run({ file: openssl, args: ["ts", ...args], folder });
  await ts("-query", "-data", "signature", "-sha256", "-cert", "-out", "query");
  const signer = ["-signer", fixture("timestamper.pem"), "-inkey", fixture("timestamper.key"), "-chain", "chain.pem"];
  await ts("-reply", "-config", "authority.cnf", "-queryfile", "query", ...signer, "-token_out", "-out", "token");
  const { pkg } = await parts(context, "sha256-of-checksum", await readFile(join(folder, "token")));
  const file = await open(pkg);
  const { timestampedAt = 0 } = await verifyPkg(file, (await file.stat()).size, [root]);
  await file.close();
  assert.ok(timestampedAt > signedAt);
});

for (const [form, digest, of] of [
  ["sha256-of-checksum", "-sha256", "checksum"],
  ["checksum-as-digest", "-sha1", "toc"],
] as const) {
  test(`openssl verifies the RSA signature: ${form}`, async (context) => {
    const made = await parts(context, form);
    const args = ["dgst", digest, "-verify", made.key, "-signature", made.rsa];
    assert.match((await run({ file: openssl, args: [...args, made[of]] })).stdout, /Verified OK/);
    await assert.rejects(run({ file: openssl, args: [...args, made.cms] }));
  });
}

test("bsdtar and 7-Zip read a signed package as they read an unsigned one", async (context) => {
  const { pkg } = await parts(context, "sha256-of-checksum");
  const { stdout } = await run({ file: bsdtar, args: ["-tf", pkg], environment: { LC_ALL: "C.UTF-8" } });
  assert.match(stdout, /^Distribution\n.*Payload/s);
  assert.match((await run({ file: sevenZip, args: ["t", pkg] })).stdout, /Everything is Ok/);
});
