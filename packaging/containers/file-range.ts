import type { FileHandle } from "node:fs/promises";

const chunkSize = 256 * 1024;

/** The bytes of an open file from `start` up to `end`, in chunks; it ends early where the file does. */
export async function* fileRange(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; ) {
    const length = Math.min(chunkSize, end - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
