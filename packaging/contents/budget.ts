import { refusal } from "../errors.ts";
import { longestText, mostEntries } from "../record/inventory.ts";

/** How much a file may make its reader hold and do. */
export interface ContentLimits {
  readonly entries: number;
  /** Characters of all paths and link targets together. */
  readonly names: number;
  /** Bytes of all texts that are kept. */
  readonly texts: number;
  /** Bytes that a file may unpack to in any case. */
  readonly unpacked: number;
  /** How many times its own size it may unpack to beyond that. */
  readonly ratio: number;
}

/** Far above any artifact that is built here, and few enough that the worst file is refused within a minute. */
export const contentLimits: ContentLimits = {
  entries: mostEntries,
  names: 32 << 20,
  texts: 256 * longestText,
  unpacked: 2 ** 30,
  ratio: 200,
};

/** Counts what one file has used of its limits; what is beyond them is refused as SLW-FORMAT. */
export class Budget {
  readonly #limits: ContentLimits;
  readonly #mostUnpacked: number;
  #entries = 0;
  #names = 0;
  #texts = 0;
  #unpacked = 0;

  /** `packed` is the size of the file. */
  constructor(limits: ContentLimits, packed: number) {
    this.#limits = limits;
    this.#mostUnpacked = limits.unpacked + limits.ratio * packed;
  }

  entry(path: string, target = ""): void {
    this.#entries += 1;
    this.#names += path.length + target.length;
    if (this.#entries > this.#limits.entries) throw beyond(`more than ${this.#limits.entries} entries`);
    if (this.#names > this.#limits.names) throw beyond(`names of more than ${this.#limits.names} characters together`);
  }

  text(bytes: number): void {
    this.#texts += bytes;
    if (this.#texts > this.#limits.texts) throw beyond(`scripts and units of more than ${this.#limits.texts} bytes`);
  }

  /** Passes on what is unpacked, and counts it. */
  async *unpack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.#unpacked += chunk.length;
      if (this.#unpacked > this.#mostUnpacked) {
        throw beyond(`more than ${this.#mostUnpacked} bytes unpacked, too many for a file of its size`);
      }
      yield chunk;
    }
  }
}

function beyond(what: string): Error {
  return refusal("SLW-FORMAT", `The file holds ${what}: it is not read.`);
}
