import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SlipwayError } from "../errors.ts";
import type { ArchiveEntry } from "./archive-entry.ts";
import { collect, contentOf } from "./member-content.ts";
import { writeTar } from "./tar.ts";
import { blockSize, headerChecksum } from "./tar-header.ts";
import { readTar } from "./tar-reader.ts";

interface Plain {
  readonly type: "directory" | "symlink" | "file";
  readonly path: string;
  readonly mode: number;
  readonly target: string;
  readonly content: Buffer;
}

const root = { owner: "root", group: "root" };

function entry({ type, path, mode, target, content }: Plain): ArchiveEntry {
  if (type === "directory") return { ...root, type, path, mode };
  if (type === "symlink") return { ...root, type, path, mode, target };
  return { ...root, type, path, mode, size: content.length, content: contentOf(content) };
}

const write = (entries: readonly Plain[], epoch = 1_700_000_000) => collect(writeTar(entries.map(entry), epoch));

async function read(archive: Uint8Array): Promise<Plain[]> {
  const entries: Plain[] = [];
  for await (const { type, path, mode, target, content } of readTar(contentOf(archive))) {
    entries.push({ type, path, mode, target, content: await collect(content) });
  }
  return entries;
}

// Names of 98 to 102 bytes are where a long name begins to need its own entry.
const segment = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  fc.integer({ min: 90, max: 130 }).map((length) => "x".repeat(length)),
);
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.map((one) => one.replaceAll(/[\0/]/g, "_")).join("/"))
  .filter((text) => !text.split("/").includes("..") && text.isWellFormed());
const plain = fc.record({
  type: fc.constantFrom("directory", "symlink", "file"),
  path,
  mode: fc.nat(0o7777),
  target: path,
  content: fc.uint8Array({ maxLength: 1200 }).map((bytes) => Buffer.from(bytes)),
});
const normal = fc.array(plain, { maxLength: 6 }).map((all) =>
  all.map(
    (one): Plain => ({
      ...one,
      target: one.type === "symlink" ? one.target : "",
      content: one.type === "file" ? one.content : Buffer.alloc(0),
    }),
  ),
);

test("what is written is read again", async () => {
  await fc.assert(
    fc.asyncProperty(normal, async (entries) => {
      const archive = await write(entries);
      assert.equal(archive.length % blockSize, 0);
      assert.deepEqual(await read(archive), entries);
    }),
    { numRuns: 150 },
  );
});

const sample: readonly Plain[] = [
  { type: "directory", path: "d".repeat(120), mode: 0o755, target: "", content: Buffer.alloc(0) },
  { type: "symlink", path: "link", mode: 0o777, target: "t".repeat(101), content: Buffer.alloc(0) },
  { type: "file", path: "größe/日本語", mode: 0o644, target: "", content: Buffer.from("content") },
];

test("a damaged archive is read or refused, never anything else", async () => {
  const archive = await write(sample);
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), fc.boolean(), async (at, byte, mend) => {
      const damaged = Buffer.from(archive);
      damaged[at] = byte;
      if (mend) mendChecksum(damaged, at);
      await read(damaged).catch((error: unknown) => {
        assert.ok(error instanceof SlipwayError);
        assert.equal(error.code, "SLW-FORMAT");
      });
    }),
    { numRuns: 1000 },
  );
});

/** So that damage behind the checksum is met too. */
function mendChecksum(archive: Buffer, at: number): void {
  const block = archive.subarray(at - (at % blockSize)).subarray(0, blockSize);
  block.write(`${headerChecksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

test("every cut of an archive is noticed", async () => {
  const archive = await write(sample);
  for (let length = 0; length < archive.length; length += 37) {
    await assert.rejects(read(archive.subarray(0, length)), { code: "SLW-FORMAT" });
  }
});

test("a header is the same on every machine, byte for byte", async () => {
  const archive = await write([{ type: "file", path: "a", mode: 0o644, target: "", content: Buffer.from("x") }], 1);
  const header = archive.subarray(0, 345).toString("latin1").replaceAll("\0", "·");
  assert.equal(header.slice(100, 165), "0000644·0000000·0000000·00000000001·00000000001·007650· 0········");
  assert.equal(header.slice(257, 345), `ustar  ·root${"·".repeat(28)}root${"·".repeat(28)}${"·".repeat(16)}`);
});

test("sizes of 8 GiB and more are written in base 256", async () => {
  const size = 8 * 1024 ** 3;
  const chunk = Buffer.alloc(1 << 20);
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield chunk;
  }
  const archive = writeTar([{ ...root, type: "file", path: "large", mode: 0o644, size, content: endless() }], 0);
  const read = readTar(archive);
  const first = await read.next();
  assert.ok(first.done !== true);
  assert.equal(first.value.size, size);
  await archive.return(undefined);
});

test("no name needs pax: long and non-ASCII ones are GNU entries", async () => {
  const archive = await write(sample);
  const flags = new Set<string>();
  for (let at = 0; at < archive.length; at += blockSize) {
    if (archive.toString("latin1", at + 257, at + 262) === "ustar")
      flags.add(archive.toString("latin1", at + 156, at + 157));
  }
  assert.deepEqual([...flags].sort(), ["0", "2", "5", "K", "L"]);
});

const refused: readonly (readonly [what: string, change: Partial<ArchiveEntry>])[] = [
  ["an empty name", { path: "" }],
  ["an absolute name", { path: "/etc/passwd" }],
  ["a name that climbs", { path: "a/../../b" }],
  ["a name with a zero byte", { path: "a\0b" }],
  ["half a surrogate pair", { path: "a\ud800" }],
  ["a slash at the end", { path: "a/" }],
  ["an owner who is not root", { owner: "runtime" }],
  ["a group that is not root", { group: "adm" }],
  ["a mode beyond 07777", { mode: 0o10000 }],
];

for (const [what, change] of refused) {
  test(`${what} is refused`, async () => {
    const base = { ...root, type: "directory", path: "a", mode: 0o755 } as const;
    const writing = collect(writeTar([{ ...base, ...change } as ArchiveEntry], 0));
    await assert.rejects(writing, { code: "SLW-FORMAT" });
  });
}

test("an entry type that is never written is refused by name", async () => {
  const archive = await write([{ type: "file", path: "hard", mode: 0o644, target: "", content: Buffer.alloc(0) }]);
  for (const flag of ["1", "3", "x", "g", "S"]) {
    archive.write(flag, 156, "latin1");
    mendChecksum(archive, 0);
    await assert.rejects(read(archive), /"hard" is of type "[13xgS]"/);
  }
});

test("limits hold", async () => {
  const archive = await write(sample);
  const drain = async (limits: { entries: number; name: number }) => {
    for await (const _ of readTar(contentOf(archive), limits));
  };
  await drain({ entries: 6, name: 121 });
  await assert.rejects(drain({ entries: 2, name: 121 }), /more than 2 entries/);
  await assert.rejects(drain({ entries: 6, name: 110 }), /longer than 110/);
});

test("zeros may follow the end, anything else is refused", async () => {
  const archive = await write(sample);
  assert.equal((await read(Buffer.concat([archive, Buffer.alloc(10_000)]))).length, sample.length);
  for (const extra of ["x", `${"\0".repeat(700)}x`]) {
    await assert.rejects(read(Buffer.concat([archive, Buffer.from(extra)])), /bytes follow its end/);
  }
});
