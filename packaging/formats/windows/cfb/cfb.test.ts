import assert from "node:assert/strict";
import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { holdsRows } from "../../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { SlipwayError } from "../../../errors.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { type CfbStream, writeCfb } from "./cfb.ts";
import { readCfb } from "./cfb-reader.ts";
import { noEntry, parseDirectoryEntry } from "./directory-entry.ts";
import { balancedTree, byDirectoryOrder } from "./directory-tree.ts";
import { fatEntries, layOut, miniFatEntries } from "./layout.ts";
import { endOfChain, fatSector, sectorSize } from "./sectors.ts";

type Plain = readonly (readonly [name: string, content: Uint8Array])[];

const clsid = Buffer.from("84100c0000000000c000000000000046", "hex");
const streamsOf = (plain: Plain): CfbStream[] =>
  plain.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) }));
const write = (plain: Plain) => collect(writeCfb(streamsOf(plain), clsid));

/** A file that is written anew for each case: the reader wants one that is open. */
async function slot(context: TestContext): Promise<(bytes: Uint8Array) => Promise<Plain>> {
  const name = join(await scratch(context), "file.cfb");
  return async (bytes) => {
    await writeFile(name, bytes);
    const file = await open(name);
    try {
      return await readAll(file, bytes.length);
    } finally {
      await file.close();
    }
  };
}

async function readAll(file: FileHandle, size: number): Promise<Plain> {
  const { storages, streams } = await readCfb(file, size);
  assert.deepEqual(Buffer.from(storages.get("")?.clsid ?? []).length, 16);
  const contents: [string, Uint8Array][] = [];
  for (const { path, content } of streams) contents.push([path, await collect(content())]);
  return contents.sort(([a], [b]) => byDirectoryOrder(a, b));
}

const sorted = (plain: Plain): Plain =>
  plain.map(([name, content]) => [name, Buffer.from(content)] as const).sort(([a], [b]) => byDirectoryOrder(a, b));

const name = fc.string({
  unit: fc.constantFrom("a", "B", "ß", "\u{3f7f}", "\u{4840}", "\u0005", "."),
  minLength: 1,
  maxLength: 6,
});
const size = fc.oneof(fc.nat(200), fc.constantFrom(0, 63, 64, 65, 4095, 4096, 4097, 70_000));
const plainStreams = fc.uniqueArray(
  fc.tuple(name, size, fc.nat(255)).map(([key, length, byte]) => [key, Buffer.alloc(length, byte)] as const),
  { maxLength: 20, comparator: ([a], [b]) => byDirectoryOrder(a, b) === 0 },
);

test("what is written is read again, and the order in which streams are given is not in the bytes", async (context) => {
  const read = await slot(context);
  await fc.assert(
    fc.asyncProperty(plainStreams, async (plain) => {
      const bytes = await write(plain);
      assert.deepEqual(await read(bytes), sorted(plain));
      assert.deepEqual(await write(plain.toReversed()), bytes);
      assert.equal(bytes.length % sectorSize, 0);
    }),
    { numRuns: 60 },
  );
});

/** Every entry is found by search, no red entry has a red child, and each path down meets as many black ones. */
function assertRedBlack(count: number): void {
  const { top, places } = balancedTree(count, 1);
  const found: number[] = [];
  const blackBelow = (at: number, parentRed: boolean): number => {
    if (at === noEntry) return 1;
    const place = places[at - 1];
    assert.ok(place !== undefined);
    assert.ok(place.black || !parentRed, `${count}: red below red`);
    const left = blackBelow(place.left, !place.black);
    found.push(at);
    assert.equal(blackBelow(place.right, !place.black), left, `${count}: as many black ones on both sides`);
    return left + (place.black ? 1 : 0);
  };
  blackBelow(top, false);
  assert.deepEqual(
    found,
    Array.from({ length: count }, (_, at) => at + 1),
  );
  assert.ok(count === 0 || places[top - 1]?.black, "the top is black");
}

test("the directory is a red-black tree in the specification's order, whatever the number of entries", () => {
  for (let count = 0; count < 70; count += 1) assertRedBlack(count);
  assertRedBlack(1000);
  const names = ["b", "A", "aa", "B\u0001", "Z", "ß"];
  assert.deepEqual(names.sort(byDirectoryOrder), ["A", "b", "Z", "ß", "aa", "B\u0001"]);
  assert.equal(byDirectoryOrder("Straße", "STRAßE"), 0);
});

test("header, allocation and directory of a small file, byte for byte where the specification fixes them", async () => {
  const bytes = await write([
    ["small", Buffer.alloc(100, 1)],
    ["big", Buffer.alloc(5000, 2)],
    ["no", Buffer.alloc(0)],
  ]);
  assert.equal(bytes.subarray(0, 8).toString("hex"), "d0cf11e0a1b11ae1");
  assert.deepEqual([bytes.readUInt16LE(24), bytes.readUInt16LE(26), bytes.readUInt16LE(28)], [0x3e, 3, 0xfffe]);
  // FAT 0, directory 1, mini FAT 2, mini stream 3, then the ten sectors of the big stream.
  const fat = Array.from({ length: 15 }, (_, at) => bytes.readUInt32LE(sectorSize + 4 * at));
  const big = Array.from({ length: 9 }, (_, at) => 5 + at);
  assert.deepEqual(fat, [fatSector, endOfChain, endOfChain, endOfChain, ...big, endOfChain, 0xffff_ffff]);
  const entries = Array.from({ length: 4 }, (_, at) =>
    parseDirectoryEntry(bytes.subarray(1024 + 128 * at, 1152 + 128 * at)),
  );
  assert.deepEqual(
    entries.map((it) => [it.name, it.kind, it.start, it.size, it.child]),
    [
      ["Root Entry", "root", 3, 128, 2],
      ["no", "stream", endOfChain, 0, noEntry],
      ["big", "stream", 4, 5000, noEntry],
      ["small", "stream", 0, 100, noEntry],
    ],
  );
  assert.deepEqual(Buffer.from(entries[0]?.clsid ?? []), clsid);
  for (let at = 0; at < 4; at += 1) {
    assert.deepEqual(
      bytes.subarray(1024 + 128 * at + 96, 1024 + 128 * at + 116),
      Buffer.alloc(20),
      "no state, no times",
    );
  }
  assert.equal(bytes.length, sectorSize * 15);
});

test("a FAT of more sectors than the header has room for goes on in the DIFAT", async (context) => {
  const read = await slot(context);
  // 110 FAT sectors are needed from 109 x 128 sectors on: 7 MiB.
  const plain: Plain = [
    ["large", Buffer.alloc(109 * 128 * sectorSize, 7)],
    ["small", Buffer.from("x")],
  ];
  const bytes = await write(plain);
  assert.deepEqual([bytes.readUInt32LE(44), bytes.readUInt32LE(68), bytes.readUInt32LE(72)], [110, 0, 1]);
  assert.deepEqual(await read(bytes), sorted(plain));
  const cut = read(bytes.subarray(0, 300 * sectorSize));
  await assert.rejects(cut, { code: "SLW-FORMAT" });
});

test("every layout is consistent: as many entries as sectors, and the FAT holds them all", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(5000), fc.nat(2 ** 26)), { maxLength: 12 }), (sizes) => {
      const layout = layOut(sizes, 3);
      const needed = Math.ceil(layout.sectors / 128);
      assert.equal(layout.fat.length, needed);
      assert.equal(layout.difat.length, Math.ceil(Math.max(0, needed - 109) / 127));
      assert.equal(layout.miniFat.length, Math.ceil([...miniFatEntries(layout, sizes)].length / 128));
      let entries = 0;
      for (const _ of fatEntries(layout, sizes)) entries += 1;
      assert.equal(entries, layout.sectors);
    }),
    { numRuns: 20 },
  );
});

test("a file of 2 GiB is refused before its first byte", async () => {
  const stream = { name: "cab", size: 2 ** 31 - 10_000_000, content: contentOf(Buffer.alloc(0)) };
  await assert.rejects(collect(writeCfb([stream], clsid)), { code: "SLW-FORMAT" });
});

const badNames: Plain[] = [
  [["", Buffer.alloc(1)]],
  [["a/b", Buffer.alloc(1)]],
  [["a".repeat(32), Buffer.alloc(1)]],
  [
    ["same", Buffer.alloc(1)],
    ["SAME", Buffer.alloc(1)],
  ],
];
for (const plain of badNames) {
  test(`the stream ${JSON.stringify(plain[0]?.[0])} is refused`, async () => {
    await assert.rejects(write(plain), { code: "SLW-FORMAT" });
  });
}

test("content that is longer or shorter than promised is refused", async () => {
  for (const promised of [2, 4]) {
    const stream = { name: "one", size: promised, content: contentOf(Buffer.from("abc")) };
    await assert.rejects(collect(writeCfb([stream], clsid)), { code: "SLW-BUILD" });
  }
});

const seed: Plain = [
  ["small", Buffer.alloc(100, 1)],
  ["tiny", Buffer.alloc(3, 3)],
  ["big", Buffer.alloc(5000, 2)],
  ["other", Buffer.alloc(4096, 4)],
];

test("a damaged file is read or refused, and no more comes out than went in", async (context) => {
  const read = await slot(context);
  const whole = await write(seed);
  // Header, FAT, directory and mini FAT: what the rest says is content.
  const structure = 4 * sectorSize + 128 * 4;
  await fc.assert(
    fc.asyncProperty(fc.nat(structure), fc.constantFrom(0, 1, 3, 0xfe, 0xff), fc.nat(3), async (at, byte, more) => {
      const bytes = Buffer.from(whole);
      bytes.fill(byte, at, at + 1 + more);
      const contents = await read(bytes).catch((error: unknown) => {
        assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
        return [];
      });
      assert.ok(contents.reduce((sum, [, { length }]) => sum + length, 0) <= bytes.length);
    }),
    { numRuns: 150 },
  );
});

test("every cut before the last sector is refused", async (context) => {
  const read = await slot(context);
  const whole = await write(seed);
  for (let length = 0; length < whole.length - sectorSize; length += 97) {
    await assert.rejects(read(whole.subarray(0, length)), { code: "SLW-FORMAT" }, `${length}`);
  }
});

/** Each is a file of four streams in which one number is another. Entry 1 of the directory is at 1152. */
const attacks: readonly (readonly [name: string, at: number, value: number, says: RegExp])[] = [
  ["version 4", 24, 0x0004_003e, /version is 4/],
  ["a FAT of four thousand million sectors", 44, 0xffff_fff0, /promises/],
  ["a mini FAT of as many", 64, 0xffff_fff0, /promises/],
  ["the directory outside of the file", 48, 5000, /leads out/],
  ["a FAT sector outside of the file", 76, 5000, /leads out/],
  ["a directory that is a loop", 512 + 4, 1, /more than/],
  ["a stream that is a loop", 512 + 4 * 6, 5, /does not end/],
  ["a stream that ends early", 512 + 4 * 6, endOfChain, /leads out/],
  ["a mini stream of more than the file", 1024 + 120, 0xffff_0000, /promises/],
  ["an entry that is its own sibling", 1152 + 68, 1, /no tree/],
  ["the root as a child", 1024 + 76, 0, /no tree/],
  ["a child that there is not", 1024 + 76, 77, /no tree/],
  ["an unused entry as a child", 1024 + 76, 5, /neither stream nor storage/],
  ["a stream longer than the file", 1152 + 120, 0x7fff_0000, /share their bytes/],
];
holdsRows("compound files", 14, attacks);
for (const [what, at, value, says] of attacks) {
  test(`${what} is refused`, async (context) => {
    const read = await slot(context);
    const bytes = await write(seed);
    bytes.writeUInt32LE(value, at);
    await assert.rejects(read(bytes), (error) => error instanceof SlipwayError && says.test(error.message));
  });
}

test("two streams of the same bytes are refused: a small file would unpack to any size", async (context) => {
  const read = await slot(context);
  const bytes = await write(
    Array.from({ length: 30 }, (_, at) => [`stream-${at}`, Buffer.alloc(at === 0 ? 100_000 : 10)] as const),
  );
  const directoryAt = bytes.indexOf(Buffer.from("Root Entry", "utf16le"));
  const large = bytes.indexOf(Buffer.from("stream-0", "utf16le"));
  for (let at = directoryAt + 128; at < directoryAt + 31 * 128; at += 128)
    bytes.copy(bytes, at + 116, large + 116, large + 124);
  await assert.rejects(read(bytes), /share their bytes/);
});

test("a stream in a storage is found by the storage's name", async (context) => {
  const read = await slot(context);
  const bytes = await write([
    ["in", Buffer.from("inside")],
    ["box", Buffer.alloc(0)],
  ]);
  // Entry 1 is "in", entry 2 "box" and the top: it becomes a storage with "in" as its child.
  bytes.writeUInt8(1, 1024 + 2 * 128 + 66);
  bytes.writeUInt32LE(noEntry, 1024 + 2 * 128 + 68);
  bytes.writeUInt32LE(1, 1024 + 2 * 128 + 76);
  assert.deepEqual(await read(bytes), [["box/in", Buffer.from("inside")]]);
});
