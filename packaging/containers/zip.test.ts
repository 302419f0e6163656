import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { type Entry, fromBufferPromise } from "yauzl";
import { SlipwayError } from "../errors.ts";
import type { ArchiveEntry } from "./archive-entry.ts";
import { collect, contentOf } from "./member-content.ts";
import { libraries, writeZip } from "./zip.ts";

interface Plain {
  readonly type: "directory" | "symlink" | "file";
  readonly path: string;
  readonly mode: number;
  /** Of a link its target, of a directory nothing. */
  readonly content: Buffer;
}

const root = { owner: "root", group: "root" };
const epoch = 1_700_000_000;

function entry({ type, path, mode, content }: Plain): ArchiveEntry {
  if (type === "directory") return { ...root, type, path, mode };
  if (type === "symlink") return { ...root, type, path, mode, target: content.toString() };
  return { ...root, type, path, mode, size: content.length, content: contentOf(content) };
}

const write = (entries: readonly Plain[], at = epoch) => collect(writeZip(entries.map(entry), at));

interface Read extends Plain {
  readonly date: Date;
  readonly header: Entry;
}

async function read(archive: Buffer): Promise<readonly Read[]> {
  const file = await fromBufferPromise(archive, { lazyEntries: true });
  const entries: Read[] = [];
  for await (const header of file.eachEntry()) {
    const content = await collect(await file.openReadStreamPromise(header));
    const attributes = header.externalFileAttributes >>> 16;
    const type = types.get(attributes & 0o170000);
    assert.ok(type !== undefined, `${header.fileName} is of type ${attributes.toString(8)}`);
    assert.equal(header.fileName.endsWith("/"), type === "directory");
    const path = header.fileName.replace(/\/$/, "");
    entries.push({
      type,
      path,
      mode: attributes & 0o7777,
      content,
      date: header.getLastModDate({ timezone: "UTC" }),
      header,
    });
  }
  return entries;
}

const types: ReadonlyMap<number, Plain["type"]> = new Map([
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o100000, "file"],
]);

const segment = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.replaceAll(/[\0/\\:]/g, "_"))
  .filter((text) => text.isWellFormed() && !/^\.*$/.test(text));
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const content = fc.uint8Array({ maxLength: 1200 }).map((bytes) => Buffer.from(bytes));
const plain: fc.Arbitrary<Plain> = fc
  .record({ type: fc.constantFrom("directory", "symlink", "file"), path, mode: fc.nat(0o777), content, target: path })
  .map(({ target, ...one }) => ({
    ...one,
    content: one.type === "file" ? one.content : Buffer.from(one.type === "symlink" ? target : ""),
  }));

test("what is written is read again, at the epoch, with nothing beside it", async () => {
  const times = fc.integer({ min: Date.UTC(1980) / 1000, max: Date.UTC(2044) / 1000 - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { maxLength: 4 }), times, async (entries, at) => {
      const found = await read(await write(entries, at));
      assert.deepEqual(
        found.map(({ date: _date, header: _header, ...one }) => one),
        entries,
      );
      for (const { date, header } of found) {
        assert.equal(date.getTime() / 1000, at - (at % 2));
        assert.equal(header.extraFieldRaw.length + header.fileCommentRaw.length, 0);
      }
    }),
    { numRuns: 60 },
  );
});

const sample: readonly Plain[] = [
  { type: "directory", path: "demo", mode: 0o755, content: Buffer.alloc(0) },
  { type: "file", path: "demo/empty", mode: 0o644, content: Buffer.alloc(0) },
  { type: "symlink", path: "demo/link", mode: 0o777, content: Buffer.from("größe") },
  { type: "file", path: "demo/größe", mode: 0o755, content: Buffer.from("content") },
];

test("only what is deflated has its sizes after its content, and only names beyond ASCII say that they are UTF-8", async () => {
  const found = await read(await write(sample));
  assert.deepEqual(
    found.map(({ path, header }) => [path, header.compressionMethod, header.generalPurposeBitFlag]),
    [
      ["demo", 0, 0],
      ["demo/empty", 0, 0],
      ["demo/link", 0, 0],
      ["demo/größe", 8, (1 << 3) | (1 << 11)],
    ],
  );
});

test("how a source cuts its chunks, and how slowly they come and go, does not reach the bytes", async () => {
  const bytes = Buffer.alloc(700_000);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * at) >> 7;
  const file = (content: AsyncIterable<Uint8Array>): ArchiveEntry => {
    return { ...root, type: "file", path: "a", mode: 0o644, size: bytes.length, content };
  };
  const expected = await collect(writeZip([file(contentOf(bytes))], epoch));
  for (const length of [4099, 262_144, 300_001]) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of writeZip([file(slowly(bytes, length))], epoch)) {
      chunks.push(chunk);
      await pause(1);
    }
    assert.ok(Buffer.concat(chunks).equals(expected), `chunks of ${length}`);
  }
});

async function* slowly(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) {
    await pause(at % 3 === 0 ? 1 : 0);
    yield bytes.subarray(at, at + length);
  }
}

test("a source is opened when the one before is done, and closed when the reader stops", async () => {
  const events: string[] = [];
  const noise = Buffer.alloc(4 << 20);
  for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE(Math.imul(at + 1, 2_654_435_761) >>> 0, at);
  const file = (path: string): ArchiveEntry => ({
    ...root,
    type: "file",
    path,
    mode: 0o644,
    size: noise.length,
    content: watched(path),
  });
  async function* watched(path: string): AsyncGenerator<Uint8Array> {
    events.push(`open ${path}`);
    try {
      for (let at = 0; at < noise.length; at += 1 << 16) yield noise.subarray(at, at + (1 << 16));
    } finally {
      events.push(`close ${path}`);
    }
  }
  await collect(writeZip([file("a"), file("b")], epoch));
  assert.deepEqual(events.splice(0), ["open a", "close a", "open b", "close b"]);
  for await (const _ of writeZip([file("a"), file("b")], epoch)) break;
  while (events.length < 2) await pause(1);
  assert.deepEqual(events, ["open a", "close a"]);
});

for (const [what, change] of [
  ["longer", { content: contentOf(Buffer.from("content and more")) }],
  ["shorter", { content: contentOf(Buffer.from("cont")) }],
  ["something where nothing was promised", { size: 0, content: contentOf(Buffer.from("x")) }],
] as const) {
  test(`content that is ${what} is refused`, async () => {
    const base: ArchiveEntry = {
      ...root,
      type: "file",
      path: "a",
      mode: 0o644,
      size: 7,
      content: contentOf(Buffer.from("content")),
    };
    await assert.rejects(collect(writeZip([base, { ...base, path: "b", ...change }], epoch)), { code: "SLW-BUILD" });
  });
}

test("a source that fails is what the reader hears of, and no later one is opened", async () => {
  const base = { ...root, type: "file", mode: 0o644, size: 5 } as const;
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Error("the disk is gone");
  }
  let opened = false;
  async function* later(): AsyncGenerator<Uint8Array> {
    opened = true;
    yield Buffer.from("later");
  }
  const entries = [
    { ...base, path: "a", content: broken() },
    { ...base, path: "b", content: later() },
  ];
  await assert.rejects(collect(writeZip(entries, epoch)), /^Error: the disk is gone$/);
  assert.equal(opened, false);
});

const refused: readonly (readonly [what: string, change: Partial<ArchiveEntry>])[] = [
  ["an empty name", { path: "" }],
  ["an absolute name", { path: "/a" }],
  ["a name with a slash at its end", { path: "a/" }],
  ["a name that leaves the archive", { path: "a/../../b" }],
  ["a name with a backslash", { path: "a\\b" }],
  ["a name with a slash too many", { path: "a//b" }],
  ["a name on a drive", { path: "C:a" }],
  ["half a character", { path: "\ud800" }],
  ["a mode that is none", { mode: -1 }],
  ["a mode with setuid", { mode: 0o4755 }],
  ["another owner", { owner: "courier" }],
  ["a size that is none", { size: 0.5 }],
];

for (const [what, change] of refused) {
  test(`${what} is refused before the first byte`, async () => {
    const base = {
      ...root,
      type: "file",
      path: "a",
      mode: 0o644,
      size: 1,
      content: contentOf(Buffer.from("x")),
    } as const;
    const writing = writeZip([base, { ...base, ...change } as ArchiveEntry], epoch);
    await assert.rejects(writing.next(), { code: "SLW-FORMAT" });
  });
}

test("a time that archiver would change is refused", async () => {
  await assert.rejects(write(sample, Date.UTC(2044) / 1000), (error: unknown) => {
    assert.ok(error instanceof SlipwayError);
    assert.equal(error.code, "SLW-FORMAT");
    return true;
  });
});

test("the recipe names the libraries that are installed", async () => {
  const packages = ["archiver", "zip-stream", "compress-commons", "crc32-stream"];
  const installed = packages.map(async (name) => {
    const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
    return `${name} ${JSON.parse(await readFile(file, "utf8")).version}`;
  });
  assert.equal(libraries, (await Promise.all(installed)).join(", "));
});
