import assert from "node:assert/strict";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { assertGolden } from "../../__fixtures__/golden.ts";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { SlipwayError } from "../../errors.ts";
import { scratch } from "../__fixtures__/scratch.ts";
import { writeXar } from "./xar.ts";
import { sha1, storedData, zlibData, zlibLibrary } from "./xar-data.ts";
import { xarHeader } from "./xar-header.ts";
import { readXar, type XarLimits } from "./xar-reader.ts";
import type { XarFile } from "./xar-toc.ts";

const epoch = 1_700_000_000;

const stored = (path: string, bytes: Uint8Array): XarFile => ({
  path,
  data: storedData({ size: bytes.length, sha1: sha1(bytes) }, () => contentOf(bytes)),
});
const zipped = (path: string, bytes: Uint8Array): XarFile => ({ path, data: zlibData(bytes) });
const sample: readonly XarFile[] = [
  zipped("Distribution", Buffer.from("<installer/>".repeat(9))),
  zipped("tool.pkg/PackageInfo", Buffer.from("<info/>")),
  stored("tool.pkg/Payload", Buffer.from("payload")),
  stored("tool.pkg/empty", Buffer.alloc(0)),
  zipped("Resources/größe & <more>.txt", Buffer.from("text")),
];

const write = (files: readonly XarFile[]) => collect(writeXar(files, epoch));

async function reader(context: TestContext) {
  const name = join(await scratch(context), "a.xar");
  return async (bytes: Uint8Array, limits?: XarLimits) => {
    await writeFile(name, bytes);
    const file = await open(name);
    try {
      const files: Record<string, string> = {};
      for (const member of await readXar(file, bytes.length, limits)) {
        const content = await collect(member.content());
        assert.equal(content.length, member.size);
        files[member.path] = member.type === "directory" ? "directory" : content.toString("latin1");
      }
      return files;
    } finally {
      await file.close();
    }
  };
}

test("what is written is read again, whatever the names, sizes and encodings", async (context) => {
  const read = await reader(context);
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((it) => !/[/]|^\.\.?$/.test(it));
  const one = fc.tuple(name, fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.boolean());
  const files = fc.uniqueArray(one, { maxLength: 5, selector: ([path]) => path });
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const all = list.map(([path, bytes, deep, pack]) =>
        (pack ? zipped : stored)(`${deep ? "d" : "e"}/${path}`, bytes),
      );
      const found = Object.entries(await read(await write(all))).filter(([path]) => path.includes("/"));
      const expected = list.map(([path, bytes, deep]) => [
        `${deep ? "d" : "e"}/${path}`,
        Buffer.from(bytes).toString("latin1"),
      ]);
      assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
    }),
    { numRuns: 60 },
  );
});

test("directories follow from paths, and come before what is in them", async (context) => {
  const read = await reader(context);
  assert.deepEqual(
    Object.entries(await read(await write(sample))).map(([path]) => path),
    [
      "Distribution",
      "tool.pkg",
      "tool.pkg/PackageInfo",
      "tool.pkg/Payload",
      "tool.pkg/empty",
      "Resources",
      "Resources/größe & <more>.txt",
    ],
  );
});

test("the table of contents is text that one can read", async () => {
  const archive = await write(sample);
  const length = Number(archive.readBigUInt64BE(8));
  assertGolden(import.meta.url, "toc.xml", inflateSync(archive.subarray(28, 28 + length)).toString());
  assert.deepEqual(archive.subarray(0, 8), Buffer.from("xar!\0\x1c\0\x01", "latin1"));
  assert.equal(archive.readBigUInt64BE(16), BigInt(inflateSync(archive.subarray(28, 28 + length)).length));
  assert.equal(archive.readUInt32BE(24), 1);
  assert.equal(archive.subarray(28 + length, 48 + length).toString("hex"), sha1(archive.subarray(28, 28 + length)));
});

test("the bytes are the same on every machine", async () => {
  assert.equal(sha1(await write(sample)), "4bfa45fee479edca19720fc1eba9876968f06e7d");
});

test("every flipped byte is noticed", async (context) => {
  const read = await reader(context);
  const archive = await write(sample.slice(1, 3));
  const whole = JSON.stringify(await read(archive));
  // Every byte of the header, and every fifth of what is under a checksum.
  for (let at = 0; at < archive.length; at += at < 40 ? 1 : 5) {
    const damaged = Buffer.from(archive);
    damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (at % 8)), at);
    await assert.rejects(read(damaged), { code: "SLW-FORMAT" }, `byte ${at} of ${archive.length}`);
  }
  assert.equal(JSON.stringify(await read(archive)), whole);
});

test("every cut is noticed", async (context) => {
  const read = await reader(context);
  const archive = await write(sample.slice(1, 3));
  for (let length = 0; length < archive.length; length += 7) {
    await assert.rejects(read(archive.subarray(0, length)), SlipwayError, `cut to ${length} of ${archive.length}`);
  }
});

/** An archive whose table of contents is this one, with a checksum that fits. */
function withToc(toc: string, heap: Uint8Array): Buffer {
  const text = Buffer.from(toc);
  const packed = deflateSync(text);
  const header = xarHeader({ tocLength: packed.length, tocSize: text.length, algorithm: "sha1" });
  return Buffer.concat([header, packed, Buffer.from(sha1(packed), "hex"), heap]);
}

const head = '<checksum style="sha1"><offset>0</offset><size>20</size></checksum>';
const dataOf = (changes: Readonly<Record<string, string>> = {}) => {
  const sum = (name: string) => `<${name} style="sha1">${sha1(Buffer.from("x"))}</${name}>`;
  const parts: Readonly<Record<string, string>> = {
    length: "<length>1</length>",
    offset: "<offset>20</offset>",
    size: "<size>1</size>",
    encoding: '<encoding style="application/octet-stream"/>',
    extracted: sum("extracted-checksum"),
    archived: sum("archived-checksum"),
    ...changes,
  };
  return `<data>${Object.values(parts).join("")}</data>`;
};
const fileOf = (inside: string, name = "<name>a</name>") => `<file id="1">${name}<type>file</type>${inside}</file>`;
const tocOf = (inside: string) => `<xar><toc>${inside}</toc></xar>`;

test("a table of another writer is read: times, owners, order", async (context) => {
  const read = await reader(context);
  const file = fileOf(`<mode>0644</mode><user>root</user><ctime>2026-01-01T00:00:00Z</ctime>${dataOf()}`);
  assert.deepEqual(await read(withToc(tocOf(`${file}${head}`), Buffer.from("x"))), { a: "x" });
});

test("a signature's place in the heap is known, and no file's", async (context) => {
  const read = await reader(context);
  const signature = '<signature style="RSA"><offset>20</offset><size>4</size></signature>';
  const file = fileOf(dataOf({ offset: "<offset>24</offset>" }));
  assert.deepEqual(await read(withToc(tocOf(`${head}${signature}${file}`), Buffer.from("RSA.x"))), { a: "x" });
});

const directory = (name: string, inside: string) =>
  `<file id="2"><name>${name}</name><type>directory</type>${inside}</file>`;

const damagedTocs: readonly (readonly [what: string, toc: string, says: string])[] = [
  ["another root", "<tar/>", "no <toc>"],
  ["no toc", "<xar/>", "no <toc>"],
  ["two tocs", "<xar><toc/><toc/></xar>", "2 elements <toc>"],
  ["no checksum", tocOf(fileOf(dataOf())), "no <checksum>"],
  ["a checksum of another size", tocOf(head.replace("20", "21") + fileOf(dataOf())), "size of its checksum"],
  ["a checksum of another style", tocOf(head.replace("sha1", "sha256") + fileOf(dataOf())), "size of its checksum"],
  ["an unknown checksum style", tocOf(head.replace("sha1", "md5") + fileOf(dataOf())), "md5"],
  ["a style of the language", tocOf(head.replace("sha1", "constructor") + fileOf(dataOf())), "constructor"],
  ["a file without a name", tocOf(head + fileOf(dataOf(), "")), "no <name>"],
  ["a file with two names", tocOf(head + fileOf(dataOf(), "<name>a</name><name>b</name>")), "2 elements <name>"],
  ["a name with a slash", tocOf(head + fileOf(dataOf(), "<name>a/b</name>")), "is not read"],
  ["a name that climbs", tocOf(head + fileOf(dataOf(), "<name>..</name>")), "is not read"],
  ["an empty name", tocOf(head + fileOf(dataOf(), "<name/>")), "is not read"],
  ["a name that a terminal obeys", tocOf(head + fileOf(dataOf(), "<name>a\u009bb</name>")), "is not read"],
  ["a name in base64", tocOf(head + fileOf(dataOf(), '<name enctype="base64">YQ==</name>')), "is not read"],
  ["an endless name", tocOf(head + fileOf(dataOf(), `<name>${"a".repeat(300)}</name>`)), "is not read"],
  ["a file twice", tocOf(head + fileOf(dataOf()) + fileOf("")), "there twice"],
  ["a link", tocOf(head + fileOf(dataOf()).replace("<type>file", "<type>symlink")), "neither a file nor"],
  ["a directory with data", tocOf(head + directory("d", dataOf())), "neither a file nor"],
  ["a file with files", tocOf(head + fileOf(dataOf() + fileOf(""))), "neither a file nor"],
  ["no offset", tocOf(head + fileOf(dataOf({ offset: "" }))), "no <offset>"],
  ["a negative offset", tocOf(head + fileOf(dataOf({ offset: "<offset>-1</offset>" }))), "is no number"],
  [
    "a huge offset",
    tocOf(head + fileOf(dataOf({ offset: `<offset>${"9".repeat(15)}</offset>` }))),
    "belong to nothing",
  ],
  [
    "a length of too many digits",
    tocOf(head + fileOf(dataOf({ length: `<length>${"9".repeat(16)}</length>` }))),
    "no number",
  ],
  ["a huge length", tocOf(head + fileOf(dataOf({ length: `<length>${"9".repeat(15)}</length>` }))), "too early"],
  ["a file at the table's checksum", tocOf(head + fileOf(dataOf({ offset: "<offset>19</offset>" }))), "share"],
  ["another size", tocOf(head + fileOf(dataOf({ size: "<size>2</size>" }))), "not of the size"],
  ["no size at all", tocOf(head + fileOf(dataOf({ size: "<size>0</size>" }))), "not of the size"],
  [
    "another encoding",
    tocOf(head + fileOf(dataOf({ encoding: '<encoding style="application/x-bzip2"/>' }))),
    "x-bzip2",
  ],
  [
    "zlib data that are none",
    tocOf(head + fileOf(dataOf({ encoding: '<encoding style="application/x-gzip"/>' }))),
    "zlib",
  ],
  [
    "a digest of another length",
    tocOf(head + fileOf(dataOf({ archived: '<archived-checksum style="sha1">00</archived-checksum>' }))),
    "is no sha1",
  ],
  [
    "another digest of the stored bytes",
    tocOf(
      head +
        fileOf(dataOf({ archived: `<archived-checksum style="sha1">${sha1(Buffer.from("y"))}</archived-checksum>` })),
    ),
    "checksum of",
  ],
  [
    "another digest of the plain bytes",
    tocOf(
      head +
        fileOf(
          dataOf({ extracted: `<extracted-checksum style="sha1">${sha1(Buffer.from("y"))}</extracted-checksum>` }),
        ),
    ),
    "checksum of",
  ],
  ["a heap that nothing names", tocOf(head), "follow its end"],
  ["a heap that ends early", tocOf(head + fileOf(dataOf({ length: "<length>2</length>" }))), "too early"],
  [
    "directories without end",
    tocOf(head + directory("d", "").replace("</file>", "").repeat(20) + "</file>".repeat(20)),
    "deep",
  ],
  ["a document type", `<!DOCTYPE xar>${tocOf(head + fileOf(dataOf()))}`, "document type"],
];

holdsRows("tables of contents", 36, damagedTocs);

for (const [what, toc, says] of damagedTocs) {
  test(`a table of contents with ${what} is refused`, async (context) => {
    const read = await reader(context);
    await assert.rejects(read(withToc(toc, Buffer.from("x"))), (error) => {
      assertRefusal(error, "SLW-FORMAT", says);
      return true;
    });
  });
}

test("limits hold: the table's size, the number of files, what a table unpacks to", async (context) => {
  const read = await reader(context);
  const archive = await write(sample);
  const limits = { toc: 100_000, members: 7, depth: 3 };
  await read(archive, limits);
  for (const tighter of [{ toc: 500 }, { members: 6 }, { depth: 1 }])
    await assert.rejects(read(archive, { ...limits, ...tighter }), { code: "SLW-FORMAT" });
  // The header promises little, and the table unpacks to much.
  const bomb = deflateSync(Buffer.alloc(50_000_000, 0x20));
  const header = xarHeader({ tocLength: bomb.length, tocSize: 1000, algorithm: "sha1" });
  await assert.rejects(read(Buffer.concat([header, bomb]), limits), { code: "SLW-FORMAT" });
});

const unwritable: readonly (readonly [what: string, files: readonly XarFile[], time?: number])[] = [
  ["an empty path", [stored("", Buffer.from("x"))]],
  ["an absolute path", [stored("/a", Buffer.from("x"))]],
  ["a path that climbs", [stored("a/../b", Buffer.from("x"))]],
  ["a path with a slash at its end", [stored("a/", Buffer.from("x"))]],
  ["a path twice", [stored("a", Buffer.from("x")), stored("a", Buffer.from("y"))]],
  ["a file as a directory", [stored("a", Buffer.from("x")), stored("a/b", Buffer.from("y"))]],
  ["a name that XML cannot hold", [stored("a\u0001", Buffer.from("x"))]],
  ["a time that is none", sample, 0.5],
];

for (const [what, files, time = epoch] of unwritable) {
  test(`${what} is refused before the first byte`, async () => {
    await assert.rejects(writeXar(files, time).next(), { code: "SLW-FORMAT" });
  });
}

test("data that are not what was promised are refused", async () => {
  const promised = { size: 3, sha1: sha1(Buffer.from("abc")) };
  for (const found of ["ab", "abcd", "abd"]) {
    const data = storedData(promised, () => contentOf(Buffer.from(found)));
    await assert.rejects(write([{ path: "a", data }]), { code: "SLW-BUILD" });
  }
});

test("the recipe names the library that is installed", async () => {
  const file = new URL("../../../node_modules/pako/package.json", import.meta.url);
  assert.equal(zlibLibrary, `pako ${JSON.parse(await readFile(file, "utf8")).version}`);
});
