import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { writeBom } from "./bom.ts";
import { type BomEntry, tree } from "./bom-layout.ts";
import { type BomLimits, readBom } from "./bom-reader.ts";
import { readBomStore } from "./bom-store-reader.ts";
import { cksum } from "./cksum.ts";

const mtime = 1_700_000_000;
const base = { uid: 0, gid: 0, mtime, size: 0, checksum: 0, target: "" };
const directory = (path: string): BomEntry => ({ ...base, type: "directory", path, mode: 0o755 });
const file = (path: string, text: string): BomEntry => {
  const bytes = Buffer.from(text);
  return { ...base, type: "file", path, mode: 0o644, size: bytes.length, checksum: cksum(bytes) };
};
const link = (path: string, target: string): BomEntry => {
  const bytes = Buffer.from(target);
  return { ...base, type: "symlink", path, mode: 0o777, size: bytes.length, checksum: cksum(bytes), target };
};

const sample: readonly BomEntry[] = [
  directory("."),
  directory("./bin"),
  directory("./etc"),
  { ...file("./bin/tool", "program"), mode: 0o755 },
  link("./etc/größe", "../bin/tool"),
];

/** A root and so many files in directories of a hundred. */
function many(files: number): readonly BomEntry[] {
  const folders = Array.from({ length: Math.ceil(files / 100) }, (_, at) => `./d${at}`);
  const inside = Array.from({ length: files }, (_, at) => file(`./d${Math.floor(at / 100)}/f${at}`, `${at}`));
  return [directory("."), ...folders.map(directory), ...inside];
}

const byPath = (entries: readonly BomEntry[]) => new Map(entries.map((entry) => [entry.path, entry]));

test("what is written is read again", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((it) => !/[\0/]|^\.\.?$/.test(it));
  const word = fc.nat(0xffff_ffff);
  const one = fc.record({ name, mode: fc.nat(0o7777), uid: word, gid: word, mtime: word, size: word, checksum: word });
  const entries = fc.uniqueArray(fc.tuple(one, fc.constantFrom("file", "directory", "symlink"), name, fc.nat(5)), {
    maxLength: 12,
    selector: ([it]) => it.name,
  });
  fc.assert(
    fc.property(entries, (list) => {
      const all: BomEntry[] = [directory(".")];
      for (const [{ name: own, ...numbers }, type, target, folder] of list) {
        const folders = all.filter((it) => it.type === "directory");
        const path = `${folders[folder % folders.length]?.path}/${own}`;
        all.push({ ...numbers, path, type, target: type === "symlink" ? target : "" });
      }
      assert.deepEqual(byPath(readBom(writeBom(all))), byPath(all));
    }),
    { numRuns: 100 },
  );
});

test("entries come level by level, whatever order they were given in", () => {
  const inOrder = [".", "./bin", "./etc", "./bin/tool", "./etc/größe"];
  for (const entries of [sample, sample.toReversed()]) {
    assert.deepEqual(
      readBom(writeBom(entries)).map(({ path }) => path),
      inOrder,
    );
    assert.ok(writeBom(entries).equals(writeBom(sample)));
  }
});

test("the bytes are those of the format, block by block", () => {
  const bytes = writeBom(sample);
  const rows = ["header", bytes.toString("hex", 0, 32)];
  const vars = bytes.readUInt32BE(24);
  rows.push("names", bytes.toString("hex", vars, vars + bytes.readUInt32BE(28)));
  const store = readBomStore(bytes);
  for (let block = 1; block <= bytes.readUInt32BE(12); block += 1)
    rows.push(`block ${block}`, store.block(block, 0).toString("hex"));
  const index = bytes.readUInt32BE(16);
  rows.push("index and free list", bytes.toString("hex", index));
  assert.equal(index + bytes.readUInt32BE(20), bytes.length);
  assert.equal(vars, 512);
  assertGolden(import.meta.url, "bom.txt", `${rows.join("\n")}\n`);
});

for (const [files, leaves] of [
  [250, 1],
  [252, 1],
  [253, 2],
  [1000, 4],
] as const) {
  test(`${files} files are in ${leaves} leaves, and all of them are read`, () => {
    const entries = many(files);
    const bytes = writeBom(entries);
    assert.deepEqual(byPath(readBom(bytes)), byPath(entries));
    const store = readBomStore(bytes);
    const root = store.block(store.named("Paths", tree.size).readUInt32BE(tree.child), 12);
    assert.equal(root.readUInt16BE(0), leaves === 1 ? 1 : 0);
    if (leaves > 1) assert.equal(root.readUInt16BE(2), leaves);
  });
}

// SHA-256 of what mkbom(1) of bomutils (commit c247002) writes for the same list.
for (const [files, digest] of [
  [250, "455f12d50b5d172efad965bea2a3b8c0d64f1849df3b9c3c3bb55d17d345f77e"],
  [1000, "12e9fbb4f788c8e5e8f035d3e9ae9a91ab69fc6b7da2148c87cdaf1fb62f8392"],
] as const) {
  test(`the Bom of ${files} files has the bytes that mkbom gives it`, () => {
    assert.equal(sha256(writeBom(many(files))), digest);
  });
}

test("more than one inner node can name is refused", () => {
  const entries = [directory("."), ...Array.from({ length: 65_536 }, (_, at) => directory(`./${at}`))];
  assert.throws(() => writeBom(entries), { code: "SLW-FORMAT" });
});

test("a damaged Bom is read or refused, never anything else", () => {
  const bytes = writeBom(sample);
  const place = fc.oneof(fc.nat(31), fc.integer({ min: 512, max: bytes.length - 1 }));
  fc.assert(
    fc.property(place, fc.nat(255), fc.nat(bytes.length), (at, byte, length) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = byte;
      for (const input of [damaged, damaged.subarray(0, length)]) {
        try {
          assert.ok(readBom(input).length <= 5);
        } catch (error) {
          assert.ok(error instanceof SlipwayError, String(error));
          assert.equal(error.code, "SLW-FORMAT");
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("every cut is noticed", () => {
  const bytes = writeBom(sample);
  for (let length = 0; length < bytes.length; length += 3) {
    assert.throws(() => readBom(bytes.subarray(0, length)), SlipwayError, `cut to ${length}`);
  }
});

/** The sample with another word at a place in a block that is found by its name or number. */
function damage(find: (store: ReturnType<typeof readBomStore>) => Buffer, at: number, word: number): Buffer {
  const bytes = writeBom(sample);
  find(readBomStore(bytes)).writeUInt32BE(word, at);
  return bytes;
}

const whole = (at: number, word: number) => {
  const bytes = writeBom(sample);
  bytes.writeUInt32BE(word, at);
  return bytes;
};
const header = (word: number, value: number) => whole(8 + 4 * word, value);
type Store = ReturnType<typeof readBomStore>;
const paths = (store: Store) => store.named("Paths", tree.size);
const leaf = (store: Store) => store.block(paths(store).readUInt32BE(tree.child), 12);
/** The blocks of the fourth entry, ./bin/tool: its number, what is known of it, its name. */
const number = (store: Store) => store.block(leaf(store).readUInt32BE(12 + 3 * 8), 8);
const known = (store: Store) => store.block(number(store).readUInt32BE(4), 31);
const named = (store: Store) => store.block(leaf(store).readUInt32BE(12 + 3 * 8 + 4), 5);

/** A root that is an inner node, with itself below it. */
function circle(): Buffer {
  const bytes = writeBom(sample);
  const store = readBomStore(bytes);
  const root = leaf(store);
  root.writeUInt16BE(0, 0);
  root.writeUInt32BE(paths(store).readUInt32BE(tree.child), 12);
  return bytes;
}

const damages: readonly (readonly [what: string, bytes: Buffer, says: string])[] = [
  ["nothing", Buffer.alloc(0), "does not start with BOMStore"],
  ["another magic", Buffer.alloc(600, "BOMSTORE"), "does not start with BOMStore"],
  ["another version", header(0, 2), "its version is 2"],
  ["an index outside", header(2, 0xffff_ffff), "its index is outside"],
  ["an index without a length", header(3, 0), "its index is too short"],
  ["an index that is cut", header(3, 50), "its index is too short"],
  ["names outside", header(4, 0xffff_0000), "its list of names is outside"],
  ["names that are cut", header(5, 20), "its list of names is too short"],
  ["names without end", whole(512, 101), "more than 100"],
  ["Paths that are no tree", damage(paths, 0, 0), "no tree"],
  ["another number of paths", damage(paths, tree.paths, 6), "number of paths"],
  ["a root that is no block", damage(paths, tree.child, 9999), "no block 9999"],
  ["no root", damage(paths, tree.child, 0), "no block 0"],
  ["a tree in a circle", circle(), "its tree has no end"],
  ["a leaf with more pairs than bytes", damage(leaf, 0, 0x0001_ffff), "is too short"],
  ["a leaf after the last", damage(leaf, 4, 1), "do not end"],
  ["a leaf before the first", damage(leaf, 8, 1), "not in order"],
  ["an entry without a block", damage(leaf, 12, 0), "no block 0"],
  ["an entry twice", damage(number, 0, 1), "there twice"],
  ["an entry without a number", damage(number, 0, 0), "there twice"],
  ["an entry about which nothing is known", damage(number, 4, 9999), "no block 9999"],
  ["a directory that is not there", damage(named, 0, 77), "in no directory"],
  ["itself as directory", damage(named, 0, 4), "in no directory"],
  ["a second root", damage(named, 0, 0), "is no name"],
  ["a name that climbs", damage(named, 4, 0x2e2e_0000), "no end"],
  ["another type", damage(known, 0, 0x0401_0003), "neither file"],
  ["a type that its mode is not of", damage(known, 0, 0x0201_0003), "neither file"],
  ["a target that is longer than its block", damage(known, 27, 100), "too short"],
];

holdsRows("Boms", 28, damages);

for (const [what, bytes, says] of damages) {
  test(`a Bom with ${what} is refused`, () => {
    assert.throws(
      () => readBom(bytes),
      (error) => assertRefusal(error, "SLW-FORMAT", says) !== undefined,
    );
  });
}

test("limits hold: size, entries, the length of a path and of all", () => {
  const bytes = writeBom(sample);
  const limits: BomLimits = { size: bytes.length, entries: 5, path: 11, paths: 40 };
  assert.equal(readBom(bytes, limits).length, 5);
  for (const tighter of [{ size: bytes.length - 1 }, { entries: 4 }, { path: 10 }, { paths: 30 }])
    assert.throws(() => readBom(bytes, { ...limits, ...tighter }), { code: "SLW-FORMAT" });
});

const unwritable: readonly (readonly [what: string, ...entries: BomEntry[]])[] = [
  ["a path without its root", file("./a", "")],
  ["a path without its directory", directory("."), file("./a/b", "")],
  ["a path in a file", directory("."), file("./a", ""), file("./a/b", "")],
  ["a path twice", directory("."), file("./a", ""), file("./a", "")],
  ["two roots", directory("."), directory(".")],
  ["an absolute path", directory("."), file("/a", "")],
  ["a path that climbs", directory("."), file("./../a", "")],
  ["a path with a slash at its end", directory("."), directory("./a/")],
  ["a name with a zero byte", directory("."), file("./a\0", "")],
  ["half a character", directory("."), file("./\ud800", "")],
  ["4 GiB", directory("."), { ...file("./a", ""), size: 2 ** 32 }],
  ["a mode with more bits", directory("."), { ...file("./a", ""), mode: 0o10_0644 }],
  ["a link to nothing", directory("."), link("./a", "")],
  ["a file with a target", directory("."), { ...file("./a", ""), target: "b" }],
];

for (const [what, ...entries] of unwritable) {
  test(`${what} cannot be put in a Bom`, () => {
    assert.throws(() => writeBom(entries), { code: "SLW-FORMAT" });
  });
}
