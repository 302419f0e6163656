import { createReadStream } from "node:fs";
import { sha256 } from "../digest.ts";
import type { ObjectBytes } from "./store.ts";

const pieceBytes = 1 << 20;

/** What the giver of the bytes says of them; a store checks it while it copies. */
export function promisedOf(bytes: ObjectBytes): { readonly size: number; readonly sha256: string } {
  if (bytes instanceof Uint8Array) return { size: bytes.length, sha256: sha256(bytes) };
  return { size: bytes.size, sha256: bytes.sha256 };
}

/** The bytes in pieces of at most 1 MiB, so that memory stays flat whatever their size. */
export async function* piecesOf(bytes: ObjectBytes): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    return;
  }
  yield* createReadStream(bytes.file, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
}
