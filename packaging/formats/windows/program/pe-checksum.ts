/**
 * The checksum of a Windows program as the loader computes it (CheckSumMappedFile): the words of the file, its last odd byte
 * as one, summed with their carries, and the size. The checksum's own field counts as zero.
 */
export class PeChecksum {
  #sum = 0;
  #size = 0;

  /** Adds the bytes that follow those added so far. */
  update(bytes: Uint8Array): this {
    let [even, odd] = [0, 0];
    for (let at = 0; at < bytes.length; at += 2) even += bytes[at] ?? 0;
    for (let at = 1; at < bytes.length; at += 2) odd += bytes[at] ?? 0;
    // 4 GiB of sums stay far below 2^53: carries are folded at the end.
    this.#sum += this.#size % 2 === 0 ? even + 256 * odd : 256 * even + odd;
    this.#size += bytes.length;
    return this;
  }

  value(): number {
    let sum = this.#sum;
    while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
    return (sum + this.#size) % 0x1_0000_0000;
  }
}
