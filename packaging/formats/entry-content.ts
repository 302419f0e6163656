import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { refusal } from "../errors.ts";
import type { FileEntry } from "../staging/tree.ts";

const chunkSize = 256 * 1024;

/**
 * A file's bytes, held against the size and digest that its tree entry has: what is previewed is what is packed. A file
 * that changed, went away or cannot be read is refused as SLW-BUILD, at the latest after its last byte.
 */
export async function* contentOfEntry(entry: FileEntry): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of open(entry)) {
    hash.update(chunk);
    size += chunk.length;
    if (size > entry.size) break;
    yield chunk;
  }
  if (size === entry.size && hash.digest("hex") === entry.sha256) return;
  const found = size === entry.size ? "other bytes" : `${size > entry.size ? "more" : size} bytes`;
  throw refusal(
    "SLW-BUILD",
    `${entry.path} changed while it was packed: expected ${entry.size} bytes, found ${found}.`,
    {
      hint: "Run the update again when nothing writes to the product's files.",
    },
  );
}

async function* open({ path, content }: FileEntry): AsyncGenerator<Uint8Array> {
  if (content.kind === "bytes") {
    yield Buffer.from(content.base64, "base64");
    return;
  }
  try {
    yield* createReadStream(content.file, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw refusal("SLW-BUILD", `${path} cannot be read from ${content.file}: ${(error as Error).message}.`);
  }
}
