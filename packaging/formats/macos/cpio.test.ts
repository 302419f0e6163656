import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import type { ArchiveEntry } from "../../containers/archive-entry.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { SlipwayError } from "../../errors.ts";
import { writeCpio } from "./cpio.ts";
import { type CpioField, fieldLengths, headerLength, magic } from "./cpio-header.ts";
import { type CpioLimits, readCpio } from "./cpio-reader.ts";

const epoch = 1_700_000_000;
const root = { owner: "root", group: "root" } as const;

const file = (path: string, text: string, mode = 0o644): ArchiveEntry => {
  const bytes = Buffer.from(text);
  return { ...root, type: "file", path, mode, size: bytes.length, content: contentOf(bytes) };
};
const sample = (): readonly ArchiveEntry[] => [
  { ...root, type: "directory", path: ".", mode: 0o755 },
  file("./tool", "program", 0o755),
  { ...root, type: "symlink", path: "./link", mode: 0o777, target: "tool" },
];
const write = (entries: readonly ArchiveEntry[], time = epoch) => collect(writeCpio(entries, time));

interface Plain {
  readonly type: string;
  readonly path: string;
  readonly mode: number;
  readonly target: string;
  readonly text: string;
}

async function read(archive: Uint8Array, limits?: CpioLimits): Promise<Plain[]> {
  const entries: Plain[] = [];
  for await (const { type, path, mode, target, size, content, ...rest } of readCpio(contentOf(archive), limits)) {
    assert.deepEqual(rest, { uid: 0, gid: 0, mtime: rest.mtime });
    const bytes = await collect(content);
    assert.equal(bytes.length, size);
    entries.push({ type, path, mode, target, text: bytes.toString("latin1") });
  }
  return entries;
}

test("what is written is read again", async () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((it) => !/[\0/]|^\.\.?$/.test(it));
  const plain = fc.record(
    {
      type: fc.constantFrom("directory", "file", "symlink"),
      path: name.map((it) => `./${it}`),
      mode: fc.nat(0o7777),
      target: name,
      text: fc.string({ unit: "binary-ascii", maxLength: 700 }),
    },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { maxLength: 5 }), fc.nat(2 ** 31), async (list, time) => {
      const entries = list.map(({ type, path, mode, target, text }): ArchiveEntry => {
        if (type === "file") return file(path, text, mode);
        const base = { ...root, path, mode };
        return type === "symlink" ? { ...base, type, target } : { ...base, type: "directory" };
      });
      const expected = list.map(({ type, target, text, ...rest }) => ({
        ...rest,
        type,
        target: type === "symlink" ? target : "",
        text: type === "file" ? text : "",
      }));
      assert.deepEqual(await read(await write(entries, time)), expected);
    }),
    { numRuns: 60 },
  );
});

test("the headers are those of POSIX, and zeros follow up to a block", async () => {
  const archive = await write(sample());
  const end = archive.indexOf("TRAILER!!!") + 11;
  // A line for each field, so that one can read it: magic, device, number, mode, owner, group, links, device, time, sizes.
  const fields = /(070707)(.{6})(.{6})(.{6})(.{6})(.{6})(.{6})(.{6})(.{11})(.{6})(.{11})([^~]*)~/g;
  const text = archive.toString("latin1", 0, end).replaceAll("\0", "~");
  assertGolden(import.meta.url, "headers.cpio.txt", text.replace(fields, "$1 $2 $3 $4 $5 $6 $7 $8 $9 $10 $11 $12\n"));
  assert.equal(archive.length, 512);
  assert.ok(archive.subarray(end).every((byte) => byte === 0));
});

test("a damaged archive is read or refused, never anything else", async () => {
  const archive = await write(sample());
  const place = fc.nat(archive.indexOf("TRAILER") + 20);
  await fc.assert(
    fc.asyncProperty(place, fc.nat(255), fc.nat(archive.length), async (at, byte, length) => {
      const damaged = Buffer.from(archive);
      damaged[at] = byte;
      for (const bytes of [damaged, archive.subarray(0, length)]) {
        const entries = readCpio(contentOf(bytes));
        const all = (async () => {
          for await (const { size, content } of entries) assert.equal((await collect(content)).length, size);
        })();
        await all.catch((error: unknown) => {
          assert.ok(error instanceof SlipwayError, String(error));
          assert.equal(error.code, "SLW-FORMAT");
        });
      }
    }),
    { numRuns: 100 },
  );
});

test("every cut is noticed, but for one in the zeros at the end", async () => {
  const archive = await write(sample());
  const end = archive.indexOf("TRAILER!!!") + 11;
  for (let length = 0; length < end; length += 1) {
    await assert.rejects(read(archive.subarray(0, length)), { code: "SLW-FORMAT" }, `cut to ${length}`);
  }
  await read(archive.subarray(0, end));
});

/** The sample with other digits in one field of the entry of this name. */
function withField(archive: Buffer, name: string, field: CpioField, digits: string): Buffer {
  const order = Object.keys(fieldLengths) as CpioField[];
  const before = order.slice(0, order.indexOf(field)).reduce((sum, it) => sum + fieldLengths[it], magic.length);
  const copy = Buffer.from(archive);
  copy.write(digits.padStart(fieldLengths[field], "0"), copy.indexOf(`${name}\0`) - headerLength + before);
  return copy;
}

/** The sample with one text in the place of another of the same length. */
function withText(archive: Buffer, old: string, fresh: string): Buffer {
  assert.ok(archive.includes(old) && old.length === fresh.length);
  const copy = Buffer.from(archive);
  copy.write(fresh, copy.indexOf(old), "latin1");
  return copy;
}

const damages: readonly (readonly [what: string, damage: (archive: Buffer) => Buffer, says: string])[] = [
  ["another magic", (it) => withText(it, "070707", "070701"), "does not start with 070707"],
  ["another format", () => Buffer.alloc(512, "x"), "does not start with 070707"],
  ["a digit that is none", (it) => withField(it, "./tool", "uid", "8"), "uid field of an entry is no number"],
  ["a sign", (it) => withField(it, "./tool", "filesize", "-1"), "filesize field of an entry is no number"],
  ["a device", (it) => withField(it, "./tool", "mode", "020755"), "neither file"],
  ["a hard link", (it) => withField(it, "./tool", "nlink", "2"), "hard link"],
  ["a directory with content", (it) => withField(it, "./tool", "mode", "040755"), "directory with content"],
  ["a huge name", (it) => withField(it, "./tool", "namesize", "777777"), "longer than 4096"],
  ["no name", (it) => withField(it, "./tool", "namesize", "0"), "has no end"],
  ["an empty name", (it) => withField(withText(it, "./tool\0", "\0/tool\0"), "\0/tool", "namesize", "1"), "is empty"],
  ["a name without its end", (it) => withText(it, "./tool\0", "./tool!"), "has no end"],
  ["a name within a name", (it) => withText(it, "./tool\0", "./to\0l\0"), "no text"],
  ["a name that is not UTF-8", (it) => withText(it, "./tool\0", "./to\xffl\0"), "not UTF-8"],
  ["a huge content", (it) => withField(it, "./tool", "filesize", "77777777777"), "too early"],
  ["a huge target", (it) => withField(it, "./link", "filesize", "77777777777"), "target of"],
  ["bytes after the end", (it) => Buffer.concat([it, Buffer.from("x")]), "follow its end"],
  ["an end with content", (it) => withField(it, "TRAILER!!!", "filesize", "1"), "end has content"],
];

holdsRows("cpio archives", 17, damages);

for (const [what, damage, says] of damages) {
  test(`${what} is refused`, async () => {
    await assert.rejects(read(damage(await write(sample()))), (error) => {
      assertRefusal(error, "SLW-FORMAT", says);
      return true;
    });
  });
}

test("limits hold: the number of entries, the length of a name and of a target", async () => {
  const archive = await write([file("./a", ""), file(`./${"b".repeat(98)}`, "")]);
  assert.equal((await read(archive, { entries: 2, name: 100 })).length, 2);
  for (const limits of [
    { entries: 1, name: 100 },
    { entries: 2, name: 99 },
  ])
    await assert.rejects(read(archive, limits), { code: "SLW-FORMAT" });
  const link = await write([{ ...root, type: "symlink", path: "./a", mode: 0o777, target: "t".repeat(101) }]);
  await assert.rejects(read(link, { entries: 2, name: 100 }), { code: "SLW-FORMAT" });
});

test("content is skipped when it is not read, or only in part", async () => {
  const archive = await write([file("./a", "x".repeat(1000)), file("./b", "y".repeat(1000)), file("./c", "z")]);
  const paths: string[] = [];
  async function* inPieces() {
    for (let at = 0; at < archive.length; at += 100) yield archive.subarray(at, at + 100);
  }
  for await (const { path, content } of readCpio(inPieces())) {
    paths.push(path);
    if (path === "./b") for await (const _ of content) break;
  }
  assert.deepEqual(paths, ["./a", "./b", "./c"]);
});

const unwritable: readonly (readonly [what: string, entry: ArchiveEntry, time?: number])[] = [
  ["a name without ./", file("tool", "x")],
  ["an absolute name", file("/tool", "x")],
  ["a name that climbs", file("./../tool", "x")],
  ["a name that does not fit", file(`./${"n".repeat(262_142)}`, "x")],
  ["8 GiB", { ...file("./a", ""), size: 2 ** 33 } as ArchiveEntry],
  ["another owner", { ...file("./a", ""), owner: "courier" }],
  ["a time before 1970", file("./a", ""), -1],
  ["a time that does not fit", file("./a", ""), 2 ** 33],
];

for (const [what, entry, time] of unwritable) {
  test(`${what} is refused before its first byte`, async () => {
    await assert.rejects(writeCpio([entry], time ?? epoch).next(), { code: "SLW-FORMAT" });
  });
}

test("a byte less than 8 GiB, and the longest name, have a header", async () => {
  const entry = { ...file(`./${"n".repeat(262_140)}`, ""), size: 2 ** 33 - 1 } as ArchiveEntry;
  const { value } = await writeCpio([entry], epoch).next();
  assert.equal(Buffer.from(value ?? []).toString("latin1", 59, 76), "77777777777777777");
});

test("content that is longer or shorter than promised is refused", async () => {
  for (const size of [2, 4]) {
    await assert.rejects(write([{ ...file("./a", "abc"), size } as ArchiveEntry]), { code: "SLW-BUILD" });
  }
});
