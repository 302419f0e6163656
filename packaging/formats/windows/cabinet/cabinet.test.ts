import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { holdsRows } from "../../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { SlipwayError } from "../../../errors.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { type CabinetMember, writeCabinet } from "./cabinet.ts";
import { readCabinet } from "./cabinet-reader.ts";
import { dosTime, fromDosTime } from "./dos-time.ts";
import { blockSize, largestPacked, packBlock, unpackBlock } from "./mszip.ts";
import { checksum, encodeDataHeader, headerSize } from "./structures.ts";

type Plain = readonly (readonly [name: string, content: Buffer])[];

const epoch = 1_700_000_000;
const membersOf = (plain: Plain): CabinetMember[] =>
  plain.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) }));

/** Writes into one file again and again. */
async function writer(context: TestContext): Promise<(plain: Plain) => Promise<Buffer>> {
  const file = join(await scratch(context), "file.cab");
  return async (plain) => {
    const size = await writeCabinet(membersOf(plain), epoch, file);
    const bytes = await readFile(file);
    assert.equal(bytes.length, size);
    return bytes;
  };
}

async function read(bytes: Uint8Array): Promise<Plain> {
  const found: [string, Buffer][] = [];
  for await (const { name, mtime, content } of readCabinet(contentOf(bytes))) {
    assert.ok(mtime === undefined || Number.isSafeInteger(mtime));
    found.push([name, await collect(content)]);
  }
  return found;
}

const size = fc.oneof(fc.nat(300), fc.constantFrom(blockSize - 1, blockSize, blockSize + 1, 100_000));
const content = fc.tuple(size, fc.nat(255), fc.boolean()).map(([length, byte, text]) => {
  return text ? Buffer.from("all work and no play ".repeat(5000)).subarray(0, length) : Buffer.alloc(length, byte);
});
const plainFiles = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,70}$/), content), {
  ...{ minLength: 1, maxLength: 6, selector: ([name]) => name },
});

test("what is written is read again", async (context) => {
  const write = await writer(context);
  await fc.assert(
    fc.asyncProperty(plainFiles, async (plain) => {
      assert.deepEqual(await read(await write(plain)), plain);
    }),
    { numRuns: 50 },
  );
});

test("a small cabinet, byte for byte", async (context) => {
  const write = await writer(context);
  const bytes = await write([["key", Buffer.from("aaaaaaaaaa")]]);
  const lines = [
    `${Buffer.from("MSCF").toString("hex")} 00000000 ${hex32(bytes.length)} 00000000 2c000000 00000000 03 01 0100 0100 0000 0000 0000`,
    "40000000 0100 0100",
    // 2023-11-14 22:13:20
    `0a000000 00000000 0000 6e57 aab1 2000 ${Buffer.from("key\0").toString("hex")}`,
  ];
  assert.equal(bytes.subarray(0, 64).toString("hex"), lines.join("").replaceAll(" ", ""));
  assert.equal(bytes.toString("latin1", 72, 74), "CK");
  assert.equal(bytes.readUInt16LE(70), 10);
});

const hex32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString("hex");
};

test("blocks refer to the one before, and what cannot be compressed stays within a reader's room", async () => {
  const noise = randomBytes(blockSize);
  const alone = packBlock(noise, Buffer.alloc(0));
  assert.ok(alone.length <= largestPacked && alone.length === blockSize + 7);
  assert.deepEqual(await unpackBlock(alone, blockSize, Buffer.alloc(0)), noise);
  // Nearly all of it lies further back than deflate looks; the last bytes of the block before do not.
  const repeated = Buffer.concat([noise.subarray(-1000), Buffer.alloc(1000)]);
  const packed = packBlock(repeated, noise);
  assert.ok(packed.length < 200, `${packed.length}`);
  assert.deepEqual(await unpackBlock(packed, repeated.length, noise), repeated);
  await assert.rejects(unpackBlock(packed, repeated.length, Buffer.alloc(0)), { code: "SLW-FORMAT" });
  await assert.rejects(unpackBlock(Buffer.concat([packed, Buffer.alloc(1)]), 2000, noise), /follow the end/);
});

test("the bytes do not depend on how the sources cut their chunks", async (context) => {
  const file = join(await scratch(context), "file.cab");
  // More than one thread's errand.
  const noise = Buffer.concat([randomBytes(20 * blockSize + 5), Buffer.alloc(20 * blockSize, "and again ")]);
  async function* inPieces(length: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < noise.length; at += length) yield noise.subarray(at, at + length);
  }
  const written: Buffer[] = [];
  for (const length of [1000, blockSize, 1 << 20]) {
    await writeCabinet([{ name: "a", size: noise.length, content: inPieces(length) }], epoch, file);
    written.push(await readFile(file));
  }
  assert.deepEqual((await read(written[0] ?? noise))[0]?.[1], noise);
  assert.ok(written.every((bytes) => bytes.equals(written[0] ?? noise)));
});

test("the checksum takes a rest of one to three bytes the other way round", () => {
  assert.equal(checksum(Buffer.from("01020304", "hex"), 0), 0x0403_0201);
  assert.equal(checksum(Buffer.from("0102030405", "hex"), 0), 0x0403_0204);
  assert.equal(checksum(Buffer.from("010203040506", "hex"), 0), 0x0403_0707);
  assert.equal(checksum(Buffer.from("01020304050607", "hex"), 0), 0x0406_0406);
});

test("times are UTC in steps of two seconds, from 1980 to 2107", () => {
  for (const seconds of [315_532_800, epoch, 4_354_819_198]) {
    const time = dosTime(seconds);
    assert.ok(time !== undefined);
    assert.equal(fromDosTime(time), seconds);
  }
  for (const seconds of [0, 315_532_799, 4_354_819_200, Number.NaN]) assert.equal(dosTime(seconds), undefined);
  assert.equal(fromDosTime({ date: 0, time: 0 }), undefined);
});

const refused: readonly (readonly [name: string, members: CabinetMember[], time: number])[] = [
  ["no file", [], epoch],
  [
    "a name twice",
    membersOf([
      ["a", Buffer.alloc(1)],
      ["a", Buffer.alloc(1)],
    ]),
    epoch,
  ],
  ["a name beyond ASCII", membersOf([["ü", Buffer.alloc(1)]]), epoch],
  ["a name of 256 letters", membersOf([["a".repeat(256), Buffer.alloc(1)]]), epoch],
  ["a time before 1980", membersOf([["a", Buffer.alloc(1)]]), 0],
  [
    "more than a folder holds",
    [{ name: "a", size: 65_535 * blockSize + 1, content: contentOf(Buffer.alloc(0)) }],
    epoch,
  ],
];
for (const [what, members, time] of refused) {
  test(`${what} is refused before a file is there`, async (context) => {
    const file = join(await scratch(context), "file.cab");
    await assert.rejects(writeCabinet(members, time, file), { code: "SLW-FORMAT" });
    await assert.rejects(readFile(file), { code: "ENOENT" });
  });
}

test("content that is longer or shorter than promised is refused", async (context) => {
  const file = join(await scratch(context), "file.cab");
  for (const promised of [2, 4]) {
    const member = { name: "one", size: promised, content: contentOf(Buffer.from("abc")) };
    await assert.rejects(writeCabinet([member], epoch, file), { code: "SLW-BUILD" });
  }
});

const seed: Plain = [
  ["one", Buffer.from("some text that is compressed, some text that is not")],
  ["two", Buffer.alloc(40_000, 7)],
  ["three", Buffer.alloc(0)],
];

test("a damaged cabinet is refused, or gives the contents that went in", async (context) => {
  const whole = await (await writer(context))(seed);
  const known = new Map(seed.map(([, bytes]) => [bytes.toString("hex"), true]));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ change;
      const files = await read(bytes).catch((error: unknown) => {
        assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
        return [];
      });
      assert.ok(
        files.every(([, found]) => known.has(found.toString("hex"))),
        `byte ${at}`,
      );
    }),
    { numRuns: 150 },
  );
});

test("every cut is refused, and every byte too many", async (context) => {
  const whole = await (await writer(context))(seed);
  for (let length = 0; length < whole.length; length += 1) {
    await assert.rejects(read(whole.subarray(0, length)), { code: "SLW-FORMAT" }, `${length}`);
  }
  await assert.rejects(read(Buffer.concat([whole, Buffer.alloc(1)])), /bytes follow its end/);
});

/** One field of a cabinet of two files ("a", "b", five bytes each) is another number. */
const attacks: readonly (readonly [name: string, at: number, value: number, bytes: 1 | 2 | 4, says: RegExp])[] = [
  ["no MSCF", 0, 0, 1, /MSCF/],
  ["another version", 24, 2, 1, /version/],
  ["a cabinet that goes on in the next", 30, 2, 2, /one of a set/],
  ["reserved areas", 30, 4, 2, /reserved/],
  ["no folder", 26, 0, 2, /does not follow/],
  ["more folders than there are", 26, 60_000, 2, /does not follow/],
  ["fewer files than in the list", 28, 1, 2, /longer than/],
  ["more files than in the list", 28, 3, 2, /ends early/],
  ["another size", 8, 9999, 4, /size that it promises/],
  ["LZX", headerSize + 6, 0x1503, 2, /not compressed by MSZIP/],
  ["blocks elsewhere", headerSize, 0xffff_0000, 4, /no possible size/],
  ["more blocks than there are", headerSize + 4, 2, 2, /no possible size/],
  ["files that overlap", headerSize + 8 + 18 + 4, 0, 4, /overlap/],
  ["a file that is longer than its folder", headerSize + 8 + 18, 6, 4, /too early/],
  ["bytes in no file", headerSize + 8 + 18, 4, 4, /in no file/],
  ["a file in a folder that there is not", headerSize + 8 + 8, 1, 2, /folder that there is not/],
  ["a file from the cabinet before", headerSize + 8 + 8, 0xfffd, 2, /another cabinet/],
  ["the same name twice", headerSize + 8 + 18 + 16, 0x61, 1, /twice/],
  ["a name beyond ASCII", headerSize + 8 + 18 + 16, 0xfc, 1, /code page/],
  ["a wrong checksum", headerSize + 8 + 36, 0, 4, /checksum/],
];
holdsRows("cabinets", 20, attacks);
for (const [what, at, value, width, says] of attacks) {
  test(`${what} is refused`, async (context) => {
    const bytes = await (await writer(context))([
      ["a", Buffer.from("aaaaa")],
      ["b", Buffer.from("bbbbb")],
    ]);
    bytes.writeUIntLE(value, at, width);
    await assert.rejects(read(bytes), (error) => error instanceof SlipwayError && says.test(error.message));
  });
}

test("a block that unpacks to more than it promises is refused", async (context) => {
  const bytes = await (await writer(context))([["a", Buffer.alloc(30_000)]]);
  const at = headerSize + 8 + 18;
  const packed = bytes.subarray(at + 8);
  bytes.set(encodeDataHeader(packed, 10), at);
  bytes.writeUInt32LE(10, headerSize + 8);
  await assert.rejects(read(bytes), /cannot be decompressed/);
});

test("members are skipped when their content is not read, and what is skipped is checked", async (context) => {
  const whole = await (await writer(context))(seed);
  const names: string[] = [];
  for await (const { name } of readCabinet(contentOf(whole))) names.push(name);
  assert.deepEqual(names, ["one", "two", "three"]);
  whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1;
  const reading = (async () => {
    for await (const _ of readCabinet(contentOf(whole)));
  })();
  await assert.rejects(reading, /checksum/);
});
