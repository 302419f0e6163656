import { refusal } from "../errors.ts";

/**
 * Reads a stream of chunks as a container's parser wants it: so many bytes at a time. Nothing is held beyond one chunk and
 * the bytes asked for. A stream that ends early is refused as SLW-FORMAT.
 */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #name: string;
  #rest: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** `name` says in refusals what is read: `the ar archive`. */
  constructor(source: AsyncIterable<Uint8Array>, name: string) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#name = name;
  }

  /** How many bytes were taken so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether no byte is left. */
  async atEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      this.#rest = next.value;
    }
    return false;
  }

  /** Exactly `length` bytes as they come, in chunks. */
  async *stream(length: number): AsyncGenerator<Uint8Array> {
    let missing = length;
    while (missing > 0) {
      if (await this.atEnd()) throw refusal("SLW-FORMAT", `${this.#name} ends ${missing} bytes too early.`);
      const chunk = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(chunk.length);
      missing -= chunk.length;
      this.#position += chunk.length;
      yield chunk;
    }
  }

  /** Exactly `length` bytes in one piece; only for lengths that the caller has bounded. */
  async bytes(length: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.stream(length)) chunks.push(chunk);
    return Buffer.concat(chunks, length);
  }

  async skip(length: number): Promise<void> {
    for await (const _ of this.stream(length));
  }

  /** All that is left, in chunks. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (!(await this.atEnd())) yield* this.stream(this.#rest.length);
  }

  /** Ends the underlying stream, whether or not it was read to its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
