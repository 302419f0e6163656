import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { ZipArchive } from "archiver";
import fc from "fast-check";
import { Pack } from "tar";
import { xz } from "../../compression/xz.ts";
import { SlipwayError } from "../../errors.ts";
import { pax, tar } from "./__fixtures__/tar-bytes.ts";
import { extraField, zip } from "./__fixtures__/zip-bytes.ts";
import { type ArchiveLimits, archiveLimits } from "./limits.ts";
import { type ArchiveRequest, unpackArchive } from "./unpack.ts";

const root = await mkdtemp(join(tmpdir(), "slipway-unpack-"));
after(() => rm(root, { recursive: true, force: true }));

let count = 0;
/** Unpacks bytes and gives what was written, by path. */
async function unpacked(
  bytes: Uint8Array,
  kind: ArchiveRequest["kind"],
  wanted: readonly string[] = ["bin/runtime"],
  limits: ArchiveLimits = archiveLimits,
): Promise<Readonly<Record<string, string>>> {
  count += 1;
  const file = join(root, `archive-${count}`);
  const folder = await mkdtemp(join(root, "out-"));
  await writeFile(file, bytes);
  await unpackArchive(file, folder, { kind, from: "the archive", wanted, windows: false }, limits);
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((it) => it.isFile());
  const texts = names.map(async (it) => {
    const path = join(it.parentPath, it.name);
    return [path.slice(folder.length + 1).replaceAll("\\", "/"), await readFile(path, "latin1")] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

const honest = tar(
  { name: "./", type: "5" },
  { name: "./bin/", type: "5" },
  { name: "./bin/runtime", content: "program" },
  { name: "./bin/empty" },
  { name: "./lib/r", type: "2", link: "../bin/runtime" },
  { name: "./again", type: "1", link: "./bin/runtime" },
  { name: "./share/notes", content: "n".repeat(5000) },
);
const half = 3 * 512;
const whole = { "bin/runtime": "program" };

test("only the files that are asked for are written", async () => {
  assert.deepEqual(await unpacked(honest, "tar"), whole);
  assert.deepEqual(await unpacked(honest, "tar", ["bin/empty", "share/notes"]), {
    "bin/empty": "",
    "share/notes": "n".repeat(5000),
  });
});

async function xzOf(bytes: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xz(Readable.from([bytes]))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("a tar's compression is seen in its bytes, and streams behind each other are one", async () => {
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const [first, second] = [honest.subarray(0, half), honest.subarray(half)];
  for (const bytes of [
    gzipSync(honest),
    Buffer.concat([gzipSync(first), gzipSync(second)]),
    zstdCompressSync(honest),
    Buffer.concat([zstdCompressSync(first), skippable, zstdCompressSync(second), skippable]),
    await xzOf(honest),
    Buffer.concat([await xzOf(first), await xzOf(second)]),
  ])
    assert.deepEqual(await unpacked(bytes, "tar"), whole);
});

test("a damaged xz is refused, wherever it is", async () => {
  const bytes = await xzOf(honest);
  for (const damaged of [bytes.subarray(0, -3), Buffer.concat([bytes, Buffer.alloc(4)]), flipped(bytes, 40)])
    await assert.rejects(unpacked(damaged, "tar"), { code: "SLW-PAYLOAD-ARCHIVE" });
});

function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

test("long names, pax headers and attributes of other tools are understood", async () => {
  const long = `${"deep/".repeat(30)}runtime`;
  const gnu = tar({ name: "././@LongLink", type: "L", content: `${long}\0` }, { name: "deep/", content: "program" });
  assert.deepEqual(await unpacked(gnu, "tar", [long]), { [long]: "program" });
  const records = {
    path: long,
    mtime: "1700000000.5",
    size: "7",
    "SCHILY.xattr.com.apple.provenance": Buffer.from([1, 0, 255, 10, 61, 10]),
  };
  const posix = tar(pax({ comment: "0123456789abcdef" }, "g"), pax(records), {
    name: "deep/",
    type: "0",
    content: "program",
  });
  // A name that ends in a slash would be a folder, were it not for the pax header.
  assert.deepEqual(await unpacked(posix, "tar", [long]), { [long]: "program" });
  const prefixed = tar({ name: "runtime", prefix: "bin", content: "program" });
  assert.deepEqual(await unpacked(prefixed, "tar"), whole);
  const umlaut = "bin/läuft";
  assert.deepEqual(await unpacked(tar({ name: umlaut, content: "program" }), "tar", [umlaut]), { [umlaut]: "program" });
});

test("what lies across the pieces that are read is whole", async () => {
  const large = Buffer.alloc((3 << 20) + 77, "0123456789abcdef");
  const bytes = tar(
    { name: "first", content: large.subarray(0, (1 << 20) - 1024) },
    pax({ path: "bin/runtime", comment: "c".repeat(3000) }),
    { name: "x", content: large },
  );
  assert.deepEqual(await unpacked(bytes, "tar"), { "bin/runtime": large.toString("latin1") });
});

test("zip entries, stored and deflated, with descriptors and comments", async () => {
  const descriptor = Buffer.alloc(16);
  const members = [
    { name: "bin/", mode: 0o040755 },
    {
      name: "bin/runtime",
      content: "program",
      method: 8,
      mode: 0o100755,
      flags: 0x808,
      descriptor,
      local: { size: 0, crc: 0, compressed: 0 },
    },
    { name: "lib/r", mode: 0o120777, content: "../bin/runtime" },
    {
      name: "large",
      content: "n".repeat(5000),
      local: {
        size: 0xffffffff,
        compressed: 0xffffffff,
        extra: extraField(1, Buffer.from([0x88, 0x13, 0, 0, 0, 0, 0, 0, 0x88, 0x13, 0, 0, 0, 0, 0, 0])),
      },
    },
  ];
  const bytes = zip(members, { comment: "made by hand" });
  assert.deepEqual(await unpacked(bytes, "zip", ["bin/runtime", "large"]), { ...whole, large: "n".repeat(5000) });
});

test("archives of the writers that everybody has are taken", async () => {
  const folder = await mkdtemp(join(root, "in-"));
  await writeFile(join(folder, "runtime"), "program");
  const packed = new Pack({ cwd: folder, gzip: true });
  packed.add("runtime");
  packed.end();
  assert.deepEqual(await unpacked(await packed.concat(), "tar", ["runtime"]), { runtime: "program" });

  const writer = new ZipArchive({ forceZip64: true });
  writer.append("program", { name: "runtime", mode: 0o755 });
  const chunks: Buffer[] = [];
  writer.on("data", (chunk: Buffer) => chunks.push(chunk));
  await writer.finalize();
  assert.deepEqual(await unpacked(Buffer.concat(chunks), "zip", ["runtime"]), { runtime: "program" });
});

// biome-ignore format: a table, one row for each limit
const limited: readonly (readonly [says: string, limits: Partial<ArchiveLimits>, bytes: Buffer, kind: "tar" | "zip"])[] = [
  ["has more than 5 entries and folders", { entries: 5 }, honest, "tar"],
  ["has more than 5 entries and folders", { entries: 5 }, tar({ name: "a/b/c/d/e/f" }), "tar"],
  ["has more than 5 entries and folders", { entries: 5 }, zip(Array.from({ length: 6 }, (_, at) => ({ name: `f${at}` }))), "zip"],
  ["has an entry of 5000 bytes, share/notes; at most 4999 are read", { entry: 4999 }, honest, "tar"],
  ["has more than 5006 bytes when unpacked", { total: 5006 }, zip([{ name: "a", content: "program" }, { name: "b", content: "n".repeat(5000) }]), "zip"],
  ["has more than 5006 bytes when unpacked", { total: 5006 }, gzipSync(honest), "tar"],
  ["and more than 2 times as many when unpacked", { ratio: 2, always: 100 }, gzipSync(honest), "tar"],
  ["has a header of 2001 bytes; at most 1000 are read", { header: 1000 }, tar(pax({ comment: "c".repeat(1987) })), "tar"],
  ["is made of more than 2 zstd streams", { members: 2 }, Buffer.concat([0, 1, 2].map((at) => thirdOf(at))), "tar"],
];

function thirdOf(at: number): Buffer {
  return zstdCompressSync(honest.subarray(at * half, at === 2 ? undefined : (at + 1) * half));
}

for (const [says, limits, bytes, kind] of limited) {
  test(`limit: ${JSON.stringify(limits)} ${kind}`, async () => {
    await assert.rejects(unpacked(bytes, kind, ["bin/runtime"], { ...archiveLimits, ...limits }), (error) => {
      assert(error instanceof SlipwayError, String(error));
      assert.equal(error.code, "SLW-PAYLOAD-ARCHIVE");
      assert(error.message.includes(says), error.message);
      return true;
    });
  });
}

test("files that are not there are all named, each with what is meant or held", async () => {
  const wanted = ["runtime", "bin/other", "bin", "lib/r", "bin/runtime"];
  await assert.rejects(unpacked(honest, "tar", wanted), (error) => {
    assert(error instanceof SlipwayError);
    assert.deepEqual(
      error.mistakes.map(({ code, message, hint }) => [code, message, hint]),
      [
        ["SLW-PAYLOAD-MISSING", "There is no runtime in the archive.", "Did you mean bin/runtime?"],
        [
          "SLW-PAYLOAD-MISSING",
          "There is no bin/other in the archive.",
          "It holds bin/runtime, bin/empty, share/notes.",
        ],
        ["SLW-PAYLOAD-MISSING", "bin in the archive is a folder, not a file.", "Name a file in it."],
        [
          "SLW-PAYLOAD-MISSING",
          "lib/r in the archive is a link, not a file.",
          "It leads to ../bin/runtime: name that file.",
        ],
      ],
    );
    return true;
  });
});

test("any damage to an archive is answered with its files or with a refusal", async () => {
  const archives = [
    ["tar", Buffer.concat([pax({ path: "bin/other" }), honest])],
    ["tar", gzipSync(honest)],
    ["tar", zstdCompressSync(honest)],
    [
      "zip",
      zip([
        { name: "bin/runtime", content: "program", method: 8 },
        { name: "lib/r", mode: 0o120777, content: "../bin/runtime" },
      ]),
    ],
  ] as const;
  const damage = fc.record({
    archive: fc.constantFrom(...archives),
    flips: fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.integer({ min: 0, max: 255 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ archive: [kind, original], flips, cut }) => {
      const bytes = Buffer.from(original);
      for (const { at, to } of flips) bytes[Math.floor(at * (bytes.length - 1))] = to;
      try {
        const files = await unpacked(cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)), kind);
        assert.deepEqual(Object.keys(files), ["bin/runtime"]);
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        assert(["SLW-PAYLOAD-ARCHIVE", "SLW-PAYLOAD-MISSING"].includes(error.code), error.message);
      }
    }),
    { numRuns: 200 },
  );
});
