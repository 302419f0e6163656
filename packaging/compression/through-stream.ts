import type { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { refusal } from "../errors.ts";

/** The stage of a stream that undoes a compressor's: memory is flat, damage and cuts are refused as SLW-FORMAT. */
export type Decompressor = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** One of Node's decompressors. */
type ZlibStream = Transform & { readonly bytesWritten: number };

/**
 * What a decompressor of Node's makes of `source`. Node ends without a word where bytes follow the compressed data; here
 * they are refused, for nobody would look at them. Left early, it ends the source.
 */
export async function* throughStream(
  stream: ZlibStream,
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let fed = 0;
  let allFed = false;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      fed += chunk.length;
      yield chunk;
    }
    allFed = true;
  }
  // What goes wrong with the source arrives at the stream, and is thrown from there.
  const feeding = pipeline(counted(), stream).catch(() => undefined);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
    if (!allFed || stream.bytesWritten !== fed) throw damaged(name, "bytes follow its end");
  } catch (error) {
    throw isDamage(error) ? damaged(name, error.message) : error;
  } finally {
    stream.destroy();
    await feeding;
  }
}

export function damaged(name: string, what: string): Error {
  return refusal("SLW-FORMAT", `The ${name} data cannot be decompressed: ${what}.`);
}

/** zlib's and zstd's own codes; errors of the file system and refusals are others. */
function isDamage(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^(?:Z_|ZSTD_)/.test(String(error.code));
}
