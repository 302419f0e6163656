import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { unxzAsync } from "node-liblzma/wasm";
import { collect, contentOf } from "../containers/member-content.ts";
import { gzip, gzipMax } from "./gzip.ts";
import { inOrder } from "./in-order.ts";
import { type Compressor, oneAhead } from "./pieces.ts";
import { encoder, xz } from "./xz.ts";
import { zstdFrames, zstdSingleFrame } from "./zstd.ts";

interface Row {
  readonly name: string;
  readonly compress: Compressor;
  readonly decompress: (bytes: Buffer) => Promise<Uint8Array> | Uint8Array;
}

const rows: readonly Row[] = [
  { name: "gzip", compress: gzip, decompress: gunzipSync },
  { name: "zstdFrames", compress: zstdFrames, decompress: zstdDecompressSync },
  { name: "zstdSingleFrame", compress: zstdSingleFrame, decompress: zstdDecompressSync },
  { name: "xz", compress: xz, decompress: (bytes) => unxzAsync(bytes) },
];

/** Bytes that compress a little, the same on every run: a chain of digests, each twice. */
function sample(length: number): Buffer {
  const parts: Buffer[] = [];
  for (let made = 0, digest = Buffer.alloc(32); made < length; made += 64) {
    digest = createHash("sha256").update(digest).digest();
    parts.push(digest, digest);
  }
  return Buffer.concat(parts).subarray(0, length);
}

for (const { name, compress } of rows) {
  test(`${name}: bytes count as done once they are compressed, not when they are read`, async () => {
    const bytes = sample(100_000);
    let done = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      yield bytes;
      assert.equal(done, 0);
    }
    const count = (more: number) => {
      done += more;
    };
    await collect(compress(source(), count));
    assert.equal(done, bytes.length);
  });
}

async function* inChunks(bytes: Uint8Array, size: number, pause: boolean): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    if (pause) await sleep(1);
    yield bytes.subarray(at, at + size);
  }
}

async function slowly(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    chunks.push(chunk);
    if (chunks.length < 100) await sleep(2);
  }
  return Buffer.concat(chunks);
}

for (const { name, compress, decompress } of rows) {
  test(`${name} gives back what went in, whatever its length`, async () => {
    for (const length of [0, 1, 511, 262_143, 262_144, 262_145, 1_048_576, 1_048_577]) {
      const plain = sample(length);
      const compressed = await collect(compress(contentOf(plain)));
      assert.ok(Buffer.from(await decompress(compressed)).equals(plain), `${length} bytes`);
    }
  });

  test(`${name} makes the same bytes for slow and fast readers and writers, and for any chunks`, async () => {
    const plain = sample(1_500_000);
    const expected = await collect(compress(contentOf(plain)));
    const others = [
      await slowly(compress(contentOf(plain))),
      await slowly(compress(inChunks(plain, 150_001, true))),
      await collect(compress(inChunks(plain, 65_536, false))),
      await collect(compress(inChunks(plain, 149_999, true))),
    ];
    for (const other of others) assert.ok(other.equals(expected));
  });

  test(`${name} passes on what goes wrong with its source`, async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield sample(2_000_000);
      throw new Error("the disk is gone");
    }
    await assert.rejects(collect(compress(failing())), /the disk is gone/);
  });
}

// xz hands out nothing before its first block of 16 MiB: tests/formats/ has it leave early.
for (const { name, compress } of rows.filter((row) => row.name !== "xz")) {
  test(`${name} can be left early, and then ends its source`, async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield sample(1_000_000);
      } finally {
        ended = true;
      }
    }
    for await (const chunk of compress(endless())) if (chunk.length > 100) break;
    assert.ok(ended);
  });
}

test("a zstd frame that nobody reads any more ends, also while its output is full", async () => {
  async function* noise(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 4; at++) yield randomBytes(16 * 1024 * 1024);
  }
  // Once output waits for its reader, Node never comes back to the write that it belongs to.
  for await (const _ of zstdSingleFrame(noise())) {
    await sleep(200);
    break;
  }
});

test("gzip is one member without name or time", async () => {
  const compressed = await collect(gzip(contentOf(sample(1_000_000))));
  assert.deepEqual([...compressed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});

test("gzipMax says that it is the maximum and carries no name or time", () => {
  const text = Buffer.from("changes\n".repeat(100));
  const compressed = gzipMax(text);
  assert.deepEqual([...compressed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  assert.ok(gunzipSync(compressed).equals(text));
});

/** Occurrences of a frame's magic number. */
function frames(bytes: Buffer): number {
  return bytes.toString("latin1").split("\x28\xb5\x2f\xfd").length - 1;
}

test("a zstd member of a .deb is exactly one frame, whatever the writes; several pieces are several", async () => {
  // Node loses what zstd's threads have not taken, and ends a frame early: now and then, and with several writes only.
  const plain = sample(40_000_001);
  const expected = await collect(zstdSingleFrame(contentOf(plain)));
  assert.equal(frames(expected), 1);
  assert.ok(zstdDecompressSync(expected).equals(plain));
  for (const chunk of [1_000_003, 33_000_000]) {
    assert.ok((await collect(zstdSingleFrame(inChunks(plain, chunk, false)))).equals(expected));
  }
  assert.equal(frames(await collect(zstdFrames(contentOf(plain)))), 5);
});

test("bytes that cannot be compressed pass through every compressor", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 70_000, size: "max" }), async (bytes) => {
      for (const { compress, decompress } of rows.slice(0, 3)) {
        const compressed = await collect(compress(contentOf(bytes)));
        assert.ok(Buffer.from(await decompress(compressed)).equals(bytes));
      }
    }),
    { numRuns: 20 },
  );
});

test("the recipe names the encoder that is really used", () => {
  const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"));
  const versions = Object.entries<{ version: string }>(lock.packages)
    .filter(([folder]) => folder.startsWith("node_modules/@napi-rs/lzma"))
    .map(([, { version }]) => version);
  assert.ok(versions.length > 5, "the package, and one for each system");
  assert.deepEqual(new Set(versions), new Set([encoder.split(" ").at(-1)]));
});

test("one item is asked for ahead, what goes wrong comes in its turn, and the source is closed", async () => {
  const asked: number[] = [];
  let closed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let number = 0; number < 3; number++) {
        asked.push(number);
        yield number;
      }
      throw new Error("the disk is gone");
    } finally {
      closed = true;
    }
  }
  const got: number[] = [];
  const reading = (async () => {
    for await (const number of oneAhead(source())) {
      await sleep(1);
      assert.deepEqual(
        asked,
        Array.from({ length: Math.min(3, number + 2) }, (_, index) => index),
      );
      got.push(number);
    }
  })();
  await assert.rejects(reading, /the disk is gone/);
  assert.deepEqual(got, [0, 1, 2]);
  closed = false;
  for await (const number of oneAhead(source())) if (number === 1) break;
  assert.ok(closed);
});

test("no more items are worked on at once than asked for, and results keep their order", async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    await sleep(item % 3 === 0 ? 8 : 1);
    running -= 1;
    return item;
  };
  async function* numbers(): AsyncGenerator<number> {
    for (let number = 0; number < 12; number++) yield number;
  }
  const results: number[] = [];
  for await (const result of inOrder(numbers(), 2, work)) results.push(result);
  assert.equal(most, 2);
  assert.deepEqual(
    results,
    Array.from({ length: 12 }, (_, index) => index),
  );
});
