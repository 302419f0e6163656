import { createReadStream, read } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";

/**
 * A zip archive on the disk. yauzl's own reader hands positions of 64 bits on to Node, which throws where nobody can
 * catch it; here a position outside of the file is the end of the file.
 */
export async function withZipFile<T>(file: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const options = { autoClose: false, decodeStrings: false };
    return await work(await fromRandomAccessReaderPromise(new FileReader(file, handle, size), size, options));
  } finally {
    await handle.close();
  }
}

class FileReader extends RandomAccessReader {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #size: number;

  constructor(file: string, handle: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#handle = handle;
    this.#size = size;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const ends = () => callback(new Error("it ends too early"));
    if (!Number.isSafeInteger(position) || position < 0 || position + length > this.#size) {
      setImmediate(ends);
      return;
    }
    read(this.#handle.fd, buffer, offset, length, position, (error, bytesRead) => {
      if (error === null && bytesRead < length) ends();
      else callback(error);
    });
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.#file, { start, end: end - 1 });
  }
}
