import assert from "node:assert/strict";
import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { assertRefusal } from "../../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { SlipwayError } from "../../../errors.ts";
import type { AuthenticodeSigning } from "../../../signing/authenticode/spc.ts";
import { root, signedAt, testSigner } from "../../../signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../../signing/x509/__fixtures__/timestamp.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { writeCfb } from "../cfb/cfb.ts";
import { readCfb } from "../cfb/cfb-reader.ts";
import { unsignedMsi } from "./__fixtures__/msi.ts";
import { metadataDigest, msiDigest } from "./msi-digest.ts";
import { verifyMsi, writeSignedMsi } from "./sign-msi.ts";

let signing: AuthenticodeSigning;
let msi: Buffer;
before(async () => {
  signing = { signer: await testSigner("authenticode"), signedAt, description: "Courier" };
});

async function onDisk(context: TestContext, bytes: Uint8Array): Promise<FileHandle> {
  const name = join(await scratch(context), "it.msi");
  await writeFile(name, bytes);
  const file = await open(name, "r+");
  context.after(() => file.close());
  return file;
}

async function signed(context: TestContext, changed: Partial<AuthenticodeSigning> = {}) {
  msi ??= await unsignedMsi(join(await scratch(context), "spool"));
  const file = await onDisk(context, msi);
  let signature: Uint8Array = Buffer.alloc(0);
  const written = writeSignedMsi(file, msi.length, { ...signing, ...changed }, (it) => {
    signature = it;
  });
  return { bytes: await collect(written), signature };
}

test("a signed installer is verified; the same file, identity and time give the same bytes", async (context) => {
  const { bytes } = await signed(context);
  assert.ok(bytes.equals((await signed(context)).bytes));
  assert.ok(!bytes.equals((await signed(context, { signedAt: signedAt + 1 })).bytes));
  const { chain, ...times } = await verifyMsi(await onDisk(context, bytes), bytes.length, [root]);
  assert.equal(chain.length, 3);
  assert.deepEqual(times, { signedAt, timestampedAt: undefined });
});

test("all streams of the unsigned installer are in the signed one, and two more", async (context) => {
  const { bytes } = await signed(context);
  const [before_, after_] = [await onDisk(context, msi), await onDisk(context, bytes)];
  const names = async (file: FileHandle, size: number) => (await readCfb(file, size)).streams.map(({ path }) => path);
  const plain = await names(before_, msi.length);
  const added = ["\u0005DigitalSignature", "\u0005MsiDigitalSignatureEx"];
  assert.deepEqual((await names(after_, bytes.length)).sort(), [...plain, ...added].sort());
});

test("a timestamp says when", async (context) => {
  const { signature } = await signed(context);
  const { bytes } = await signed(context, { timestamp: timestampToken(signature, signedAt + 60) });
  assert.equal((await verifyMsi(await onDisk(context, bytes), bytes.length, [root])).timestampedAt, signedAt + 60);
});

test("a flipped byte anywhere is refused", async (context) => {
  const { bytes } = await signed(context);
  const file = await onDisk(context, bytes);
  for (let at = 0; at < bytes.length; at += 173) {
    await file.write(Buffer.of((bytes[at] ?? 0) ^ (1 << (at % 8))), 0, 1, at);
    await assert.rejects(verifyMsi(file, bytes.length, [root]), SlipwayError, `byte ${at}`);
    await file.write(bytes, at, 1, at);
  }
  await verifyMsi(file, bytes.length, [root]);
});

test("neither an unsigned installer is verified, nor a signed one signed again", async (context) => {
  const { bytes } = await signed(context);
  await assert.rejects(verifyMsi(await onDisk(context, msi), msi.length, [root]), (error) => {
    return assertRefusal(error, "SLW-FORMAT", "not signed") !== undefined;
  });
  const again = writeSignedMsi(await onDisk(context, bytes), bytes.length, signing, () => undefined);
  await assert.rejects(collect(again), (error) => assertRefusal(error, "SLW-FORMAT", "signed already") !== undefined);
});

test("an installer of another writer is not signed", async (context) => {
  const bytes = Buffer.concat([await collect(writeCfb([], Buffer.alloc(16))), Buffer.alloc(512)]);
  const written = writeSignedMsi(await onDisk(context, bytes), bytes.length, signing, () => undefined);
  await assert.rejects(
    collect(written),
    (error) => assertRefusal(error, "SLW-FORMAT", "laid out otherwise") !== undefined,
  );
});

test("names, times and classes have a part in the metadata, contents in the digest alone", async () => {
  const attributes = Buffer.alloc(20);
  const cfbOf = (name: string, content: string, state = attributes, clsid = Buffer.alloc(16)) => ({
    storages: new Map([
      ["", { clsid, attributes }],
      ["s", { clsid, attributes: state }],
    ]),
    streams: [{ path: name, size: content.length, attributes, content: () => contentOf(Buffer.from(content)) }],
  });
  const plain = cfbOf("a", "text");
  const digests = async (cfb: typeof plain) => {
    const metadata = metadataDigest(cfb);
    return [metadata.toString("hex"), (await msiDigest(cfb, metadata)).toString("hex")];
  };
  const [metadata, whole] = await digests(plain);
  const [sameMetadata, otherWhole] = await digests(cfbOf("a", "twxt"));
  assert.equal(sameMetadata, metadata);
  assert.notEqual(otherWhole, whole);
  const others = [
    cfbOf("b", "text"),
    cfbOf("a", "texts"),
    cfbOf("s/a", "text"),
    cfbOf("a", "text", Buffer.alloc(20, 1)),
    cfbOf("a", "text", attributes, Buffer.alloc(16, 1)),
  ];
  const found = new Set([metadata]);
  for (const other of others) found.add((await digests(other))[0]);
  assert.equal(found.size, others.length + 1);
});
