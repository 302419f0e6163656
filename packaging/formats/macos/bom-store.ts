/**
 * The store that a Bom is kept in: numbered blocks of bytes, and names for some of them. Big-endian throughout. Apple has
 * published no description; this is what mkbom(1) writes, as bomutils (bom.h, mkbom.cpp) has found out.
 */

export const storeMagic = "BOMStore";
export const storeVersion = 1;
/** The header itself; mkbom leaves zeros up to 512. */
export const headerSize = 32;
const headerRoom = 512;
/** Address and length. */
export const pointerSize = 8;
/** mkbom writes two empty entries of a list of free blocks, and says that there are none. */
const freeList = Buffer.alloc(4 + 2 * pointerSize);

/** Collects blocks and writes the store. */
export class BomStore {
  /** Number 0 is no block. */
  readonly #blocks: Uint8Array[] = [];
  readonly #names: { readonly name: string; readonly block: number }[] = [];

  /** The number that the next block gets. */
  get next(): number {
    return this.#blocks.length + 1;
  }

  /** Adds a block and gives its number. */
  add(block: Uint8Array): number {
    return this.#blocks.push(block);
  }

  /** Adds a block with a name: at most 255 bytes of ASCII. */
  name(name: string, block: Uint8Array): void {
    this.#names.push({ name, block: this.add(block) });
  }

  bytes(): Buffer {
    const vars = this.#variables();
    const index = Buffer.alloc(4 + pointerSize * (1 + this.#blocks.length));
    index.writeUInt32BE(1 + this.#blocks.length, 0);
    let address = headerRoom + vars.length;
    for (const [at, block] of this.#blocks.entries()) {
      index.writeUInt32BE(address, 4 + pointerSize * (at + 1));
      index.writeUInt32BE(block.length, 8 + pointerSize * (at + 1));
      address += block.length;
    }
    const header = Buffer.alloc(headerRoom);
    header.write(storeMagic, 0, "latin1");
    const words = [storeVersion, this.#blocks.length, address, index.length + freeList.length, headerRoom, vars.length];
    for (const [at, word] of words.entries()) header.writeUInt32BE(word, storeMagic.length + 4 * at);
    return Buffer.concat([header, vars, ...this.#blocks, index, freeList]);
  }

  #variables(): Buffer {
    const parts = this.#names.map(({ name, block }) => {
      const bytes = Buffer.alloc(5 + name.length);
      bytes.writeUInt32BE(block, 0);
      bytes.writeUInt8(name.length, 4);
      bytes.write(name, 5, "latin1");
      return bytes;
    });
    const count = Buffer.alloc(4);
    count.writeUInt32BE(parts.length, 0);
    return Buffer.concat([count, ...parts]);
  }
}
