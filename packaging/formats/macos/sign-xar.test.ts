import assert from "node:assert/strict";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { assertRefusal } from "../../__fixtures__/refused.ts";
import { collect } from "../../containers/member-content.ts";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import type { X509Signer } from "../../signing/signer.ts";
import { root, signedAt, testSigner } from "../../signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../signing/x509/__fixtures__/timestamp.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { pkgJob } from "./__fixtures__/job.ts";
import { opened } from "./__fixtures__/opened.ts";
import { writePkg } from "./pkg.ts";
import { writeSignedPkg } from "./sign-pkg.ts";
import type { SignedXar, XarSigning } from "./sign-xar.ts";
import { verifyPkg } from "./verify-pkg.ts";
import { readXar } from "./xar-reader.ts";

let signer: X509Signer;
before(async () => {
  signer = await testSigner("apple-installer");
});

async function signed(context: TestContext, changed: Partial<XarSigning> = {}, job = pkgJob()) {
  const facts: SignedXar[] = [];
  const signing = { signer, signedAt, ...changed };
  const bytes = await opened(context, await unsigned(context, job), (file, size) =>
    collect(writeSignedPkg(file, size, job.epoch, signing, (found) => facts.push(found))),
  );
  const [found, ...more] = facts;
  assert.ok(found !== undefined && more.length === 0);
  return { bytes, ...found };
}

async function unsigned(context: TestContext, job = pkgJob()): Promise<Buffer> {
  const spool = join(await scratch(context), "spool");
  return collect(writePkg(job, { spool, packed: () => undefined }));
}

const verified = (context: TestContext, bytes: Uint8Array, anchors = [root]) =>
  opened(context, bytes, (file, size) => verifyPkg(file, size, anchors));

async function filesOf(context: TestContext, bytes: Uint8Array): Promise<readonly (readonly [string, string])[]> {
  return opened(context, bytes, async (file, size) => {
    const files: (readonly [string, string])[] = [];
    for (const { path, content } of await readXar(file, size)) files.push([path, sha256(await collect(content()))]);
    return files;
  });
}

test("a signed package is verified, and has the files of the unsigned one, whose digest is known", async (context) => {
  const plain = await unsigned(context);
  const { bytes, unsigned: content } = await signed(context);
  assert.deepEqual(content, { sha256: sha256(plain), size: plain.length });
  assert.deepEqual(await filesOf(context, bytes), await filesOf(context, plain));
  const { chain, ...facts } = await verified(context, bytes);
  assert.equal(chain.length, 3);
  assert.deepEqual(facts, { signedAt, timestampedAt: undefined, rsaForm: "sha256-of-checksum" });
});

test("the same job, identity and time give the same bytes; another time gives others", async (context) => {
  const { bytes } = await signed(context);
  assert.ok(bytes.equals((await signed(context)).bytes));
  assert.ok(!bytes.equals((await signed(context, { signedAt: signedAt + 1 })).bytes));
});

test("the RSA signature is of either form", async (context) => {
  const { bytes } = await signed(context, { rsaForm: "checksum-as-digest" });
  assert.equal((await verified(context, bytes)).rsaForm, "checksum-as-digest");
});

test("a timestamp that is attached later changes nothing that it is a timestamp of", async (context) => {
  const { bytes, signature } = await signed(context);
  const timestamp = timestampToken(signature, signedAt + 60);
  const stamped = await signed(context, { timestamp });
  assert.deepEqual(stamped.signature, signature);
  assert.equal(stamped.bytes.length, bytes.length);
  assert.equal((await verified(context, stamped.bytes)).timestampedAt, signedAt + 60);
});

test("a timestamp of another signature is refused before anything is written", async (context) => {
  const { signature } = await signed(context);
  const timestamp = timestampToken(signature, signedAt + 60);
  await assert.rejects(signed(context, { timestamp, signedAt: signedAt + 1 }), (error) => {
    return assertRefusal(error, "SLW-KEY", "is one of another signature") !== undefined;
  });
});

test("a flipped byte anywhere is refused", async (context) => {
  const { signature } = await signed(context);
  const { bytes } = await signed(context, { timestamp: timestampToken(signature, signedAt) });
  const name = join(await scratch(context), "damaged.pkg");
  await writeFile(name, bytes);
  const file = await open(name, "r+");
  context.after(() => file.close());
  for (let at = 0; at < bytes.length; at += at < 28 ? 1 : 151) {
    await file.write(Buffer.of((bytes[at] ?? 0) ^ (1 << (at % 8))), 0, 1, at);
    await assert.rejects(verifyPkg(file, bytes.length, [root]), SlipwayError, `byte ${at}`);
    await file.write(bytes, at, 1, at);
  }
  await verifyPkg(file, bytes.length, [root]);
});

test("a package that is not signed, or by nobody who is trusted, is refused", async (context) => {
  const plain = await unsigned(context);
  await assert.rejects(
    verified(context, plain),
    (error) => assertRefusal(error, "SLW-FORMAT", "not signed") !== undefined,
  );
  const { bytes } = await signed(context);
  await assert.rejects(verified(context, bytes, []), (error) => {
    return assertRefusal(error, "SLW-KEY", "leads to Slipway test root, which is not trusted here") !== undefined;
  });
});

test("a signature for code is none of a package", async (context) => {
  const { bytes } = await signed(context, { signer: await testSigner("authenticode") });
  await assert.rejects(verified(context, bytes), (error) => {
    return assertRefusal(error, "SLW-KEY", "lacks 1.2.840.113635.100.4.13") !== undefined;
  });
});
