import assert from "node:assert/strict";
import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { assertRefusal, holdsRows } from "../../../__fixtures__/refused.ts";
import { collect } from "../../../containers/member-content.ts";
import { SlipwayError } from "../../../errors.ts";
import type { AuthenticodeSigning } from "../../../signing/authenticode/spc.ts";
import { root, signedAt, testSigner } from "../../../signing/x509/__fixtures__/identities.ts";
import { timestampToken } from "../../../signing/x509/__fixtures__/timestamp.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { unsignedProgram } from "./__fixtures__/program.ts";
import { PeChecksum } from "./pe-checksum.ts";
import { verifyPe, writeSignedPe } from "./sign-pe.ts";

let signing: AuthenticodeSigning;
before(async () => {
  signing = { signer: await testSigner("authenticode"), signedAt, description: "Courier" };
});

async function onDisk(context: TestContext, bytes: Uint8Array): Promise<FileHandle> {
  const name = join(await scratch(context), "it.exe");
  await writeFile(name, bytes);
  const file = await open(name, "r+");
  context.after(() => file.close());
  return file;
}

async function signed(context: TestContext, changed: Partial<AuthenticodeSigning> = {}, program = unsignedProgram()) {
  const file = await onDisk(context, program);
  let signature: Uint8Array = Buffer.alloc(0);
  const written = writeSignedPe(file, program.length, { ...signing, ...changed }, (it) => {
    signature = it;
  });
  return { bytes: await collect(written), signature };
}

test("a signed program is verified; the same file, identity and time give the same bytes", async (context) => {
  const { bytes } = await signed(context);
  assert.ok(bytes.equals((await signed(context)).bytes));
  assert.ok(!bytes.equals((await signed(context, { signedAt: signedAt + 1 })).bytes));
  assert.ok(!bytes.equals((await signed(context, { description: "Größe" })).bytes));
  const file = await onDisk(context, bytes);
  const { chain, ...times } = await verifyPe(file, bytes.length, [root]);
  assert.equal(chain.length, 3);
  assert.deepEqual(times, { signedAt, timestampedAt: undefined });
});

test("a timestamp says when, and one of another signature is refused", async (context) => {
  const { signature } = await signed(context);
  const timestamp = timestampToken(signature, signedAt + 60);
  const { bytes } = await signed(context, { timestamp });
  assert.equal((await verifyPe(await onDisk(context, bytes), bytes.length, [root])).timestampedAt, signedAt + 60);
  await assert.rejects(signed(context, { timestamp, signedAt: signedAt + 1 }), (error) => {
    return assertRefusal(error, "SLW-KEY", "is one of another signature") !== undefined;
  });
});

test("a flipped byte anywhere is refused", async (context) => {
  const { bytes } = await signed(context);
  const file = await onDisk(context, bytes);
  const start = unsignedProgram().length;
  for (let at = 0; at < bytes.length; at += at > 60 && at < 300 ? 1 : at < start + 20 ? 7 : 61) {
    await file.write(Buffer.of((bytes[at] ?? 0) ^ (1 << (at % 8))), 0, 1, at);
    await assert.rejects(verifyPe(file, bytes.length, [root]), SlipwayError, `byte ${at}`);
    await file.write(bytes, at, 1, at);
  }
  await verifyPe(file, bytes.length, [root]);
});

test("the checksum is the sum of words with carries, and the size; chunks of any length give the same", () => {
  // Worked by hand: 0xffff + 0x0002 = 0x10001, folded 2; + 0x0003 (the odd byte) = 5; and 5 bytes.
  const bytes = Buffer.from("ffff020003", "hex");
  assert.equal(new PeChecksum().update(bytes).value(), 10);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const sum = new PeChecksum().update(bytes.subarray(0, cut)).update(bytes.subarray(cut));
    assert.equal(sum.value(), 10);
  }
});

function changed(at: number, value: number): Buffer {
  const program = unsignedProgram();
  program.writeUInt32LE(value, at);
  return program;
}
const rows: readonly (readonly [name: string, program: Buffer, says: string])[] = [
  ["no program", Buffer.from("#!/bin/sh\n"), "it is none"],
  ["a DOS program", changed(64, 0), "it is none"],
  ["a header out of place", changed(0x3c, 66), "out of place"],
  ["a header far away", changed(0x3c, 0x4000_0000), "out of place"],
  ["four data directories", changed(88 + 108, 4), "no place for a signature"],
  ["an unknown optional header", changed(88, 0x107), "no place for a signature"],
  ["a program cut short", unsignedProgram().subarray(0, 200), "no place for a signature"],
  ["a signed program", changed(88 + 112 + 8 * 4, 512), "is signed already"],
];
holdsRows("programs to sign", 8, rows);
for (const [name, program, says] of rows) {
  test(`${name} is not signed`, async (context) => {
    await assert.rejects(
      signed(context, {}, program),
      (error) => assertRefusal(error, "SLW-FORMAT", says) !== undefined,
    );
  });
}

test("an unsigned program, or one with more behind its signature, is not verified", async (context) => {
  const program = unsignedProgram();
  const verify = async (bytes: Buffer) => verifyPe(await onDisk(context, bytes), bytes.length, [root]);
  await assert.rejects(verify(program), (error) => assertRefusal(error, "SLW-FORMAT", "not signed") !== undefined);
  const { bytes } = await signed(context);
  const longer = Buffer.concat([bytes, Buffer.alloc(8)]);
  await assert.rejects(verify(longer), (error) => assertRefusal(error, "SLW-FORMAT", "not at its end") !== undefined);
});
