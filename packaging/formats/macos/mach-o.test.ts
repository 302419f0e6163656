import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { readBinaryHeader } from "../../payload/binary-header.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { adHocSignature, arm, command, intel, machO } from "./__fixtures__/mach-o.ts";
import { joinMachO } from "./join-mach-o.ts";
import { writeFatMachO } from "./mach-o-fat.ts";
import { readMachOSlices } from "./mach-o-fat-reader.ts";
import type { MachOSlice } from "./mach-o-slice.ts";

async function reader(context: TestContext) {
  const name = join(await scratch(context), "tool");
  return async (bytes: Uint8Array) => {
    await writeFile(name, bytes);
    const file = await open(name);
    try {
      return await readMachOSlices(file, bytes.length, "tool");
    } finally {
      await file.close();
    }
  };
}

const sliceOf = (arch: MachOSlice["arch"], bytes: Uint8Array, kind: MachOSlice["kind"] = "program") => ({
  slice: { arch, kind, size: bytes.length, signed: false },
  content: contentOf(bytes),
});
const joined = (x86: Uint8Array, arm64: Uint8Array) =>
  collect(writeFatMachO([sliceOf("aarch64", arm64), sliceOf("x86_64", x86)]));

test("what is joined is found again: processors, places, sizes, signatures, bytes", async (context) => {
  const read = await reader(context);
  const thin = fc.record({ body: fc.string({ unit: "binary-ascii", maxLength: 40_000 }), signed: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(thin, thin, fc.constantFrom(2, 6), async (one, two, type) => {
      const [x86, arm64] = [one, two].map(({ body, signed }, at) =>
        machO({ ...[intel, arm][at], type, body, signature: signed ? adHocSignature() : undefined }),
      ) as [Buffer, Buffer];
      const kind = type === 2 ? "program" : "library";
      const bytes = await collect(writeFatMachO([sliceOf("x86_64", x86, kind), sliceOf("aarch64", arm64, kind)]));
      const after = Math.ceil((16_384 + x86.length) / 16_384) * 16_384;
      assert.deepEqual(await read(bytes), [
        { arch: "x86_64", kind, offset: 16_384, size: x86.length, signed: one.signed },
        { arch: "aarch64", kind, offset: after, size: arm64.length, signed: two.signed },
      ]);
      assert.ok(bytes.subarray(16_384, 16_384 + x86.length).equals(x86));
      assert.ok(bytes.subarray(after).equals(arm64));
    }),
    { numRuns: 30 },
  );
});

test("the header is that of lipo, whatever the order of the slices", async () => {
  const [x86, arm64] = [machO(), machO(arm)];
  const bytes = await joined(x86, arm64);
  const words = Array.from({ length: 12 }, (_, at) => bytes.readUInt32BE(4 * at).toString(16));
  const sizes = [x86.length, arm64.length].map((size) => size.toString(16));
  assert.deepEqual(words, [
    ...["cafebabe", "2"],
    ...["1000007", "3", "4000", sizes[0], "e"],
    ...["100000c", "0", "8000", sizes[1], "e"],
  ]);
  const other = await collect(writeFatMachO([sliceOf("x86_64", x86), sliceOf("aarch64", arm64)]));
  assert.ok(other.equals(bytes));
  assert.equal(readBinaryHeader(bytes).description, "a universal Mach-O (arm64, x86-64)");
});

test("a thin file is its own slice, and capabilities are no other processor", async (context) => {
  const read = await reader(context);
  const bytes = machO({ subtype: 0x8000_0003, signature: adHocSignature() });
  assert.deepEqual(await read(bytes), [
    { arch: "x86_64", kind: "program", offset: 0, size: bytes.length, signed: true },
  ]);
});

const emptySignature = Buffer.alloc(12);
const longSignature = adHocSignature();
longSignature.writeUInt32BE(13, 4);
for (const [what, signature] of [
  ["of zeros", emptySignature],
  ["that is longer than its room", longSignature],
  ["of nothing", Buffer.alloc(0)],
] as const) {
  test(`a signature ${what} is none`, async (context) => {
    const read = await reader(context);
    assert.equal((await read(machO({ signature })))[0]?.signed, false);
  });
}

const fatOf = await joined(machO(), machO(arm));
const damaged = (at: number, word: number) => {
  const copy = Buffer.from(fatOf);
  copy.writeUInt32BE(word, at);
  return copy;
};

const damages: readonly (readonly [what: string, bytes: Uint8Array, says: string])[] = [
  ["nothing", Buffer.alloc(0), "is no Mach-O"],
  ["a header that is cut", machO().subarray(0, 31), "is no Mach-O"],
  ["32 bits", machO({ magic: 0xcefa_edfe }), "is no Mach-O"],
  ["an ELF", Buffer.from(`\x7fELF${"\0".repeat(60)}`, "latin1"), "is no Mach-O"],
  ["a universal one of 64 bits", damaged(0, 0xcafe_babf), "is no Mach-O"],
  ["PowerPC", machO({ cpu: 18 }), "another processor"],
  ["x86-64 of one generation", machO({ subtype: 8 }), "another processor"],
  ["arm64e", machO({ ...arm, subtype: 0x8000_0002 }), "another processor"],
  ["an object file", machO({ type: 1 }), "neither a program nor a library"],
  ["commands that are cut", machO({ body: "" }).subarray(0, 40), "truncated"],
  ["more commands than there are", machO({ count: 2 }), "damaged load commands"],
  ["a command of no size", machO({ commands: [Buffer.alloc(8)] }), "damaged load commands"],
  [
    "a command that is too long",
    machO({ commands: [Buffer.from("1b000000ff000000", "hex")] }),
    "damaged load commands",
  ],
  ["a short command of a signature", machO({ commands: [command(0x1d, 0)] }), "damaged load commands"],
  ["two signatures", machO({ commands: [command(0x1d, 0, 0)], signature: adHocSignature() }), "damaged load commands"],
  ["a signature outside", machO({ commands: [command(0x1d, 0xffff_ffff, 1)] }), "outside of itself"],
  ["a Java class", Buffer.from("cafebabe0000003400000000", "hex"), "52 slices"],
  ["no slices", damaged(4, 0), "0 slices"],
  ["three slices", damaged(4, 3), "3 slices"],
  ["slices whose list is cut", fatOf.subarray(0, 40), "2 slices"],
  ["slices that overlap", damaged(36, 0x4000), "overlap"],
  ["a slice in the header", damaged(16, 0), "overlap"],
  ["a slice that ends outside", damaged(40, 0xffff_ffff), "outside"],
  ["a slice that is not aligned", damaged(24, 15), "not aligned"],
  ["an alignment that is none", damaged(24, 60), "not aligned"],
  ["another processor in the header", damaged(8, 0x0100_000c), "another processor"],
  ["bytes after the last slice", Buffer.concat([fatOf, Buffer.from("x")]), "1 bytes after"],
  [
    "a slice that is none",
    Buffer.concat([fatOf.subarray(0, 0x8000), Buffer.alloc(fatOf.length - 0x8000)]),
    "is no Mach-O",
  ],
];

holdsRows("Mach-O files", 28, damages);

for (const [what, bytes, says] of damages) {
  test(`${what} is refused`, async (context) => {
    const read = await reader(context);
    await assert.rejects(read(bytes), (error) => {
      assertRefusal(error, "SLW-PAYLOAD-ARCH", says);
      return true;
    });
  });
}

test("a damaged file is read or refused, never anything else", async (context) => {
  const read = await reader(context);
  const x86 = machO({ signature: adHocSignature() });
  const bytes = Buffer.concat([fatOf.subarray(0, 48), Buffer.alloc(16_384 - 48), x86]).subarray(0, 16_384 + x86.length);
  const places = fc.oneof(fc.nat(47), fc.integer({ min: 16_384, max: bytes.length - 1 }));
  await fc.assert(
    fc.asyncProperty(places, fc.nat(255), fc.nat(bytes.length), async (at, byte, length) => {
      const copy = Buffer.from(bytes);
      copy[at] = byte;
      for (const input of [copy, x86.subarray(0, length)]) {
        await read(input).catch((error: unknown) => assert.ok(error instanceof SlipwayError, String(error)));
      }
    }),
    { numRuns: 60 },
  );
});

async function files(context: TestContext, x86_64: Uint8Array, aarch64: Uint8Array) {
  const folder = await scratch(context);
  const named = (name: string) => ({ file: join(folder, name), name });
  const thin = { x86_64: named("intel"), aarch64: named("arm") };
  await writeFile(thin.x86_64.file, x86_64);
  await writeFile(thin.aarch64.file, aarch64);
  return { thin, output: join(folder, "both") };
}

test("two files are joined to one, and its digest is told", async (context) => {
  const { thin, output } = await files(context, machO(), machO({ ...arm, signature: adHocSignature() }));
  const { size, sha256: digest, slices } = await joinMachO(thin, output);
  const bytes = await readFile(output);
  assert.deepEqual([size, digest], [bytes.length, sha256(bytes)]);
  assert.deepEqual(
    slices.map(({ arch, signed }) => [arch, signed]),
    [
      ["x86_64", false],
      ["aarch64", true],
    ],
  );
});

test("what is wrong with both files is told at once, and nothing is written", async (context) => {
  const { thin, output } = await files(context, machO(arm), Buffer.from("#!/bin/sh\n"));
  await assert.rejects(joinMachO(thin, output), (error) => {
    assert.ok(error instanceof SlipwayError);
    const [wrongWayRound, noMachO] = error.mistakes;
    assert.deepEqual([error.code, error.mistakes.length], ["SLW-PAYLOAD-ARCH", 2]);
    assert.match(wrongWayRound?.message ?? "", /^intel is a Mach-O for aarch64; expected one for x86_64\.$/);
    assert.match(noMachO?.message ?? "", /arm is no Mach-O/);
    return true;
  });
  assert.equal(existsSync(output), false);
});

test("a program and a library are not joined, and nothing is left", async (context) => {
  const { thin, output } = await files(context, machO(), machO({ ...arm, type: 6 }));
  await assert.rejects(joinMachO(thin, output), { code: "SLW-FORMAT" });
  assert.equal(existsSync(output), false);
});

test("a file that is not there is told as such", async (context) => {
  const { thin, output } = await files(context, machO(), machO(arm));
  await assert.rejects(joinMachO({ ...thin, aarch64: { file: `${thin.aarch64.file}-none`, name: "arm" } }, output), {
    code: "SLW-PAYLOAD-MISSING",
  });
});

for (const [what, sources] of [
  ["nothing", []],
  ["two slices for one processor", [sliceOf("x86_64", machO()), sliceOf("x86_64", machO())]],
] as const) {
  test(`${what} is no universal file`, async () => {
    await assert.rejects(writeFatMachO(sources).next(), { code: "SLW-FORMAT" });
  });
}

test("4 GiB do not fit", async () => {
  const large = { ...sliceOf("aarch64", machO(arm)).slice, size: 2 ** 32 - 20_000 };
  const sources = [sliceOf("x86_64", machO()), { slice: large, content: contentOf(machO(arm)) }];
  await assert.rejects(writeFatMachO(sources).next(), { code: "SLW-FORMAT" });
});
