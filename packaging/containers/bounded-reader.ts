import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { RandomAccessReader } from "yauzl";
import { fileRange } from "./file-range.ts";

/**
 * An open file as yauzl reads it. yauzl asks for whatever place the archive names, and its own reader hands positions of
 * 64 bits on to Node, which throws where nobody can catch it; here a place outside of the file is the file's end. The file
 * stays open: it is the caller's.
 */
export class BoundedReader extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #size: number;

  constructor(file: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (!(Number.isSafeInteger(position) && position >= 0 && position + length <= this.#size)) {
      setImmediate(callback, endsTooEarly());
      return;
    }
    this.#fill(buffer.subarray(offset, offset + length), position).then(() => setImmediate(callback, null), callback);
  }

  async #fill(buffer: Buffer, position: number): Promise<void> {
    let filled = 0;
    for await (const chunk of fileRange(this.#file, position, position + buffer.length)) {
      buffer.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled < buffer.length) throw endsTooEarly();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(fileRange(this.#file, start, end), { objectMode: false });
  }

  override close(callback: (error: Error | null) => void): void {
    setImmediate(callback, null);
  }
}

function endsTooEarly(): Error {
  return new Error("it ends too early");
}
