import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { collect, contentOf } from "../containers/member-content.ts";
import { SlipwayError } from "../errors.ts";
import { gunzip, inflate, inflateRaw } from "./gunzip.ts";
import { gzip } from "./gzip.ts";
import type { Compressor } from "./pieces.ts";
import type { Decompressor } from "./through-stream.ts";
import { unxz } from "./unxz.ts";
import { unzstd } from "./unzstd.ts";
import { xz } from "./xz.ts";
import { zstdFrames, zstdSingleFrame } from "./zstd.ts";

const deflate: Compressor = async function* (source) {
  yield deflateRawSync(await collect(source));
};
const zlib: Compressor = async function* (source) {
  yield deflateSync(await collect(source));
};
const rows: readonly (readonly [name: string, compress: Compressor, decompress: Decompressor])[] = [
  ["gzip", gzip, gunzip],
  ["deflate", deflate, inflateRaw],
  ["zlib", zlib, inflate],
  ["zstd in frames", zstdFrames, unzstd],
  ["zstd in one frame", zstdSingleFrame, unzstd],
  ["xz", xz, unxz],
];

const plain = Buffer.concat([Buffer.alloc(400_000, "courier"), Buffer.from("and its end")]);

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

for (const [name, compress, decompress] of rows) {
  test(`${name}: what is compressed is read again, wherever its chunks end`, async () => {
    const packed = await collect(compress(contentOf(plain)));
    for (const size of [1, 7, 64 * 1024, packed.length]) {
      assert.ok((await collect(decompress(inPieces(packed, size)))).equals(plain), `pieces of ${size}`);
    }
  });

  test(`${name}: nothing is read again as nothing`, async () => {
    assert.equal((await collect(decompress(compress(contentOf(Buffer.alloc(0)))))).length, 0);
  });

  test(`${name}: every cut is refused`, async () => {
    const packed = await collect(compress(contentOf(plain)));
    for (let length = 0; length < packed.length; length += Math.ceil(packed.length / 60)) {
      await assert.rejects(collect(decompress(contentOf(packed.subarray(0, length)))), { code: "SLW-FORMAT" });
    }
    await assert.rejects(collect(decompress(contentOf(packed.subarray(0, -1)))), { code: "SLW-FORMAT" });
  });

  test(`${name}: bytes after the end are refused, in the same chunk and in one of their own`, async () => {
    const packed = await collect(compress(contentOf(plain)));
    for (const extra of [Buffer.from("x"), Buffer.alloc(8), Buffer.from("\0\0hidden")]) {
      const longer = Buffer.concat([packed, extra]);
      for (const size of [longer.length, packed.length]) {
        await assert.rejects(collect(decompress(inPieces(longer, size))), { code: "SLW-FORMAT" });
      }
    }
  });

  test(`${name}: damage is refused or not noticed, never anything else`, async () => {
    const packed = await collect(compress(contentOf(plain.subarray(-2000))));
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(packed);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        await collect(decompress(contentOf(damaged))).catch((error: unknown) => {
          assert.ok(error instanceof SlipwayError, String(error));
          assert.equal(error.code, "SLW-FORMAT");
        });
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: what goes wrong with its source is passed on, and a reader may leave early`, async () => {
    const packed = await collect(compress(contentOf(plain)));
    let ended = 0;
    async function* failing(): AsyncGenerator<Uint8Array> {
      try {
        yield packed.subarray(0, 30);
        throw new Error("the disk is gone");
      } finally {
        ended += 1;
      }
    }
    await assert.rejects(collect(decompress(failing())), /the disk is gone/);
    for await (const _ of decompress(inPieces(packed, 10))) break;
    assert.equal(ended, 1);
  });
}

test("gzip members and zstd frames that stand in a row are all read", async () => {
  const parts = ["one ", "two ", "", "three"].map((text) => Buffer.from(text));
  const whole = Buffer.concat(parts);
  assert.ok((await collect(gunzip(contentOf(Buffer.concat(parts.map((it) => gzipSync(it))))))).equals(whole));
  const frames = parts.flatMap((part) => [
    zstdCompressSync(part),
    zstdCompressSync(part.subarray(0, 0), { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  ]);
  assert.ok((await collect(unzstd(contentOf(Buffer.concat(frames))))).equals(whole));
});

test("a zstd frame that only carries bytes along is refused", async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const data = zstdCompressSync("x");
  for (const bytes of [Buffer.concat([skippable, data]), Buffer.concat([data, skippable])]) {
    await assert.rejects(collect(unzstd(contentOf(bytes))), /does not begin with the magic number/);
  }
});
