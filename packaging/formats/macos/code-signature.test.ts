import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { collect } from "../../containers/member-content.ts";
import { SlipwayError } from "../../errors.ts";
import { blob, codeDirectory, codeSignature, signedSlice, superBlob } from "./__fixtures__/code-signature.ts";
import { adHocSignature, arm, machO } from "./__fixtures__/mach-o.ts";
import { opened } from "./__fixtures__/opened.ts";
import { codeFlags } from "./code-directory.ts";
import { isSignedCode } from "./code-pages.ts";
import { readCodeSignature, readSliceSignatures, sliceSignature } from "./code-signature.ts";
import { writeFatMachO } from "./mach-o-fat.ts";

const signatureOf = (context: TestContext, bytes: Uint8Array) =>
  opened(context, bytes, (file) => sliceSignature(file, { offset: 0, size: bytes.length }, "tool"));

const { adHoc, hardenedRuntime, linkerSigned } = codeFlags;
const cms = Buffer.from("3080", "hex");

for (const [what, slice, kind] of [
  ["no load command of a signature", machO(), "none"],
  ["room and no signature", machO({ signature: Buffer.alloc(16) }), "none"],
  ["a signature without a code directory", machO({ signature: adHocSignature() }), "none"],
  ["a linker's signature", signedSlice({}, { flags: adHoc | linkerSigned }), "ad-hoc"],
  ["an ad-hoc signature with an empty CMS one", signedSlice({}, { cms: Buffer.alloc(0) }), "ad-hoc"],
  ["somebody's signature", signedSlice({}, { flags: hardenedRuntime, cms }), "signed"],
] as const) {
  test(`a slice with ${what} is of kind ${kind}`, async (context) => {
    assert.equal((await signatureOf(context, slice)).kind, kind);
  });
}

test("what a signature says is read: flags, names, entitlements, CMS", async (context) => {
  const shape = { flags: hardenedRuntime, team: "ABCDE12345", entitlements: "<plist/>", cms };
  const signature = await signatureOf(context, signedSlice(arm, shape));
  assert.ok(signature.kind === "signed");
  const { flags, identifier, team, digest } = signature.directory;
  assert.deepEqual([flags, identifier, team], [hardenedRuntime, "com.example.tool", "ABCDE12345"]);
  assert.deepEqual(digest, { algorithm: "sha256", size: 32 });
  assert.equal(signature.entitlements, "<plist/>");
  assert.ok(signature.cms.equals(cms));
});

test("of two code directories the one with the stronger digest counts", async (context) => {
  const signature = await signatureOf(context, signedSlice({}, { hashType: 1, alternate: true }));
  assert.ok(signature.kind === "ad-hoc");
  assert.equal(signature.directory.digest.algorithm, "sha256");
});

test("an old code directory has neither team nor long limit", () => {
  const bytes = superBlob([[0, codeDirectory(Buffer.from("code"), { version: 0x2_0001 })]]);
  const signature = readCodeSignature(bytes, "tool");
  assert.ok(signature.kind === "ad-hoc");
  assert.equal(signature.directory.team, undefined);
});

test("each slice of a universal file has its own", async (context) => {
  const [x86, arm64] = [machO(), signedSlice(arm)];
  const sources = [x86, arm64].map((bytes, at) => ({
    slice: { arch: at === 0 ? "x86_64" : "aarch64", kind: "program", size: bytes.length, signed: at === 1 } as const,
    content: (async function* () {
      yield bytes;
    })(),
  }));
  const bytes = await collect(writeFatMachO(sources));
  const found = await opened(context, bytes, (file) => readSliceSignatures(file, bytes.length, "tool"));
  assert.deepEqual(
    found.map(({ arch, signature }) => [arch, signature.kind]),
    [
      ["x86_64", "none"],
      ["aarch64", "ad-hoc"],
    ],
  );
});

test("a flipped byte anywhere in the code is no signed code", async (context) => {
  const bytes = signedSlice({ body: "code ".repeat(4000) }, { hashType: 4 });
  const slice = { offset: 0, size: bytes.length };
  const signature = await signatureOf(context, bytes);
  assert.ok(signature.kind !== "none");
  const check = (changed: Uint8Array) => opened(context, changed, (file) => isSignedCode(file, slice, signature));
  assert.equal(await check(bytes), true);
  await fc.assert(
    fc.asyncProperty(fc.nat(signature.directory.codeLimit - 1), fc.nat(7), async (at, bit) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      assert.equal(await check(changed), false);
    }),
    { numRuns: 30 },
  );
});

test("a signature over more than there is, or of a shorter file, is none of this code", async (context) => {
  const bytes = signedSlice();
  const signature = await signatureOf(context, bytes);
  assert.ok(signature.kind !== "none");
  const slice = { offset: 0, size: signature.directory.codeLimit - 1 };
  assert.equal(await opened(context, bytes, (file) => isSignedCode(file, slice, signature)), false);
});

const code = Buffer.from("code");
const whole = codeSignature(code, { team: "T", entitlements: "e", cms });
/** Offset of the first blob, the code directory. */
const first = whole.readUInt32BE(16);
const changed = (at: number, word: number) => {
  const copy = Buffer.from(whole);
  copy.writeUInt32BE(word, at);
  return copy;
};
const changedByte = (at: number, byte: number) => {
  const copy = Buffer.from(whole);
  copy[at] = byte;
  return copy;
};

const damages: readonly (readonly [what: string, bytes: Buffer, says: string])[] = [
  ["a length beyond its room", changed(4, whole.length + 1), "damaged code signature"],
  ["33 blobs", changed(8, 33), "damaged code signature"],
  ["an index that is cut", changed(8, 32), "damaged code signature"],
  ["a blob outside", changed(16, whole.length - 7), "damaged code signature"],
  ["a blob that is too long", changed(first + 4, whole.length), "damaged code signature"],
  ["a blob that is too short", changed(first + 4, 7), "damaged code signature"],
  ["two blobs of one slot", changed(20, 0), "damaged code signature"],
  ["entitlements that are none", codeSignature(code, { more: [[5, blob(1)]] }), "damaged code signature"],
  ["a CMS signature that is none", codeSignature(code, { more: [[0x1_0000, blob(1)]] }), "damaged code signature"],
  ["a code directory that is none", changed(first, 1), "that is none"],
  ["a code directory that is cut", superBlob([[0, blob(0xfade_0c02, Buffer.alloc(30))]]), "that is none"],
  ["a short one of a late version", superBlob([[0, shortDirectory(0x2_0200, 44)]]), "that is cut"],
  ["a short one of a later version", superBlob([[0, shortDirectory(0x2_0300, 52)]]), "that is cut"],
  ["an unknown digest", changedByte(first + 37, 9), "unknown digest"],
  ["a digest of another size", changedByte(first + 36, 20), "unknown digest"],
  ["pages that are too large", changedByte(first + 39, 21), "too large"],
  ["too few digests", changed(first + 28, 0), "digest for each page"],
  ["digests outside", changed(first + 16, 0xffff_fff0), "digest for each page"],
  ["a limit that is not that of the digests", changed(first + 32, 0xffff_ffff), "digest for each page"],
  ["a name outside", changed(first + 20, 0xffff_ffff), "damaged name"],
  ["a team outside", changed(first + 48, 0xffff_ffff), "damaged name"],
];

function shortDirectory(version: number, size: number): Buffer {
  const body = Buffer.alloc(size - 8);
  body.writeUInt32BE(version, 0);
  return blob(0xfade_0c02, body);
}

holdsRows("code signatures", 21, damages);

for (const [what, bytes, says] of damages) {
  test(`a code signature with ${what} is refused`, () => {
    assert.throws(
      () => readCodeSignature(bytes, "tool"),
      (error) => {
        assertRefusal(error, "SLW-PAYLOAD-ARCH", says);
        return true;
      },
    );
  });
}

test("a damaged signature is read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
      for (const bytes of [changedByte(at, byte), whole.subarray(0, length)]) {
        try {
          readCodeSignature(bytes, "tool");
        } catch (error) {
          assert.ok(error instanceof SlipwayError, String(error));
        }
      }
    }),
    { numRuns: 300 },
  );
});
