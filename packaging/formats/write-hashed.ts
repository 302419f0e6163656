import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** What was written: bytes, and their digest in lower-case hex. */
export interface WrittenFile {
  readonly size: number;
  readonly hex: string;
}

/** Streams content to a file and says what it wrote. After a failure no file is left. */
export async function writeHashed(
  content: AsyncIterable<Uint8Array>,
  file: string,
  algorithm: "sha1" | "sha256",
): Promise<WrittenFile> {
  const hash = createHash(algorithm);
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  try {
    await pipeline(counted(), createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { size, hex: hash.digest("hex") };
}
