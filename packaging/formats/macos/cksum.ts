/** The generator polynomial of POSIX cksum, that of Ethernet, with the highest power left. */
const polynomial = 0x04c11db7;

/**
 * The checksum of POSIX's cksum(1): a CRC of 32 bits over the bytes and then over their number. It is not that of zip and
 * gzip, which goes through the bits the other way round and leaves the number out.
 */
export class Cksum {
  #crc = 0;
  #size = 0;

  update(bytes: Uint8Array): void {
    const [t0, t1, t2, t3] = tables;
    let crc = this.#crc;
    let at = 0;
    // Four bytes a step: this runs over every byte of a package.
    for (const end = bytes.length - 3; at < end; at += 4) {
      crc ^=
        ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      crc =
        (t3[crc >>> 24] ?? 0) ^ (t2[(crc >>> 16) & 0xff] ?? 0) ^ (t1[(crc >>> 8) & 0xff] ?? 0) ^ (t0[crc & 0xff] ?? 0);
    }
    for (; at < bytes.length; at += 1) crc = step(crc, bytes[at] ?? 0);
    this.#crc = crc;
    this.#size += bytes.length;
  }

  /** The checksum of what was given so far; it may go on. */
  value(): number {
    let crc = this.#crc;
    for (let size = this.#size; size > 0; size = Math.floor(size / 256)) crc = step(crc, size % 256);
    return ~crc >>> 0;
  }
}

/** Of a few bytes. */
export function cksum(bytes: Uint8Array): number {
  const sum = new Cksum();
  sum.update(bytes);
  return sum.value();
}

function step(crc: number, byte: number): number {
  return (crc << 8) ^ (tables[0][(crc >>> 24) ^ byte] ?? 0);
}

/** What a byte does to the checksum, with none, one, two and three bytes after it. */
const tables = makeTables();

function makeTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const shifted = (before: Int32Array) => before.map((crc) => (crc << 8) ^ (first[crc >>> 24] ?? 0));
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ polynomial : crc << 1;
    return crc;
  });
  const second = shifted(first);
  const third = shifted(second);
  return [first, second, third, shifted(third)];
}
