import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ArchiveProblem } from "./archive-problem.ts";
import type { ArchiveLimits } from "./limits.ts";
import { readXz } from "./xz-stream.ts";

type Compression = "gzip" | "zstd" | "xz";

const magics: readonly (readonly [Compression, Buffer])[] = [
  ["gzip", Buffer.from([0x1f, 0x8b])],
  ["zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])],
];
const sliceSize = 1 << 18;

/** Which compression bytes begin with; undefined for none that is read. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  return magics.find(([, magic]) => magic.equals(bytes.subarray(0, magic.length)))?.[0];
}

/**
 * A file's bytes without their compression (gzip, zstd, xz or none, as its first bytes say). Streams that follow each
 * other are read as one; anything else behind them, damage, and a file that is cut short are an ArchiveProblem.
 */
export async function* readCompressed(file: string, limits: ArchiveLimits): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const compression = compressionOf(await start(handle, 0));
    if (compression === undefined) yield* createReadStream(file, { highWaterMark: sliceSize }) as AsyncIterable<Buffer>;
    else yield* members(handle, file, size, compression, limits.members);
  } finally {
    await handle.close();
  }
}

async function* members(
  handle: FileHandle,
  file: string,
  size: number,
  compression: Compression,
  most: number,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  for (let at = 0; at < size; count += 1) {
    if (count === most) throw new ArchiveProblem(`is made of more than ${most} ${compression} streams`);
    const bytes = await start(handle, at);
    const skipped = compression === "zstd" ? skippableFrame(bytes) : 0;
    if (skipped === 0 && compressionOf(bytes) !== compression) {
      throw new ArchiveProblem(`has ${size - at} bytes behind its ${compression} stream`);
    }
    if (at + skipped > size) throw cutShort();
    at += skipped === 0 ? yield* member(file, at, compression) : skipped;
  }
}

/** Gives the plain bytes of one compressed stream, and returns how many bytes of the file it took. */
async function* member(file: string, at: number, compression: Compression): AsyncGenerator<Uint8Array, number> {
  const source = createReadStream(file, { start: at, highWaterMark: sliceSize });
  try {
    if (compression === "xz") return yield* readXz(source);
    const engine =
      compression === "gzip" ? createGunzip({ chunkSize: sliceSize }) : createZstdDecompress({ chunkSize: sliceSize });
    source.on("error", (error) => engine.destroy(error));
    source.pipe(engine);
    try {
      yield* engine as AsyncIterable<Buffer>;
    } catch (error) {
      throw explained(error, compression);
    }
    return engine.bytesWritten;
  } finally {
    source.destroy();
  }
}

function explained(error: unknown, compression: Compression): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return cutShort();
  return /^(?:Z_|ZSTD_)/.test(code)
    ? new ArchiveProblem(`is damaged: its ${compression} stream cannot be read (${code})`)
    : error;
}

function cutShort(): ArchiveProblem {
  return new ArchiveProblem("is cut short");
}

/** Length of a zstd frame that holds no data (RFC 8878 section 3.1.2); 0 where there is none. */
function skippableFrame(bytes: Buffer): number {
  if (bytes.length < 8) return 0;
  return bytes.readUInt32LE(0) >>> 4 === 0x0184d2a5 ? 8 + bytes.readUInt32LE(4) : 0;
}

async function start(handle: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, at);
  return buffer.subarray(0, bytesRead);
}
