/** A tar archive is made of blocks of 512 bytes (POSIX.1-2024, pax, "ustar Interchange Format"). */
export const blockSize = 512;

/** Bytes that content takes in an archive, filled up to a whole block. */
export function paddedSize(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/**
 * The last two pieces of a stream, by position: enough to look at a header and what belongs to it once more after a
 * parser has read them.
 */
export class RecentBytes {
  #before: Buffer = Buffer.alloc(0);
  #last: Buffer = Buffer.alloc(0);
  /** Position of the last piece in the stream. */
  #at = 0;
  #lastFilled = -1;

  add(piece: Buffer): void {
    this.#at += this.#last.length;
    this.#before = this.#last;
    this.#last = piece;
    let end = piece.length;
    while (end > 0 && piece[end - 1] === 0) end -= 1;
    if (end > 0) this.#lastFilled = this.#at + end - 1;
  }

  /** Position of the last byte so far that is not zero; -1 where there was none. */
  get lastFilled(): number {
    return this.#lastFilled;
  }

  /** Bytes at a position; undefined where they are no longer, or not yet, at hand. */
  read(position: number, length: number): Buffer | undefined {
    const from = this.#at - this.#before.length;
    if (position < from || position + length > this.#at + this.#last.length) return undefined;
    if (position >= this.#at) return this.#last.subarray(position - this.#at, position - this.#at + length);
    return Buffer.concat([this.#before, this.#last]).subarray(position - from, position - from + length);
  }
}

const sizeAt = 124;
const typeAt = 156;

/** The letter that says what an entry is; a zero byte of old archives is "0". */
export function typeFlagOf(header: Buffer): string {
  const flag = header.toString("latin1", typeAt, typeAt + 1);
  return flag === "\0" ? "0" : flag;
}

/** Content size as a header has it, octal or base 256; undefined where it is no number. */
export function sizeOf(header: Buffer): number | undefined {
  const field = header.subarray(sizeAt, sizeAt + 12);
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field.toString("latin1"))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}
