import { crc32 } from "node:zlib";

/** Each byte with its bits the other way round. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => reverseBits(byte, 8));

/**
 * The checksum of POSIX's cksum(1): a CRC of 32 bits over the bytes and then over their number, begun with zeros. It is that
 * of zip and gzip but for three things: that one begins with ones, leaves the number out, and goes through the bits of a
 * byte, and of the result, the other way round. So Node's own does the work, on bytes that are turned round.
 */
export class Cksum {
  // Node's is kept inverted: this is a register of zeros.
  #crc = 0xffff_ffff;
  #size = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(turned(bytes), this.#crc);
    this.#size += bytes.length;
  }

  /** The checksum of what was given so far; it may go on. */
  value(): number {
    const size: number[] = [];
    for (let rest = this.#size; rest > 0; rest = Math.floor(rest / 256)) size.push(rest % 256);
    return reverseBits(crc32(turned(Uint8Array.from(size)), this.#crc), 32);
  }
}

/** Of a few bytes. */
export function cksum(bytes: Uint8Array): number {
  const sum = new Cksum();
  sum.update(bytes);
  return sum.value();
}

function turned(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) turned[at] = reversed[bytes[at] ?? 0] ?? 0;
  return turned;
}

function reverseBits(value: number, count: number): number {
  let result = 0;
  for (let bit = 0; bit < count; bit += 1) result = result * 2 + ((value >>> bit) & 1);
  return result;
}
