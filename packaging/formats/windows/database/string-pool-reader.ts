import { decodeText, isKnownCodePage } from "./code-page.ts";
import { damaged } from "./damaged.ts";
import { longReferences, type ReferenceWidth } from "./string-pool.ts";

export interface ReadString {
  readonly text: string;
  /** How many cells have it, as the pool says. */
  readonly uses: number;
}

export interface ReadStringPool {
  readonly codePage: number;
  readonly width: ReferenceWidth;
  /** By number, from 1; an entry that is free has an empty text and no uses. */
  readonly strings: readonly ReadString[];
}

/** An installer of 65,535 files has half of them. */
const mostStrings = 500_000;

/** Reads the streams `_StringPool` and `_StringData`; what does not fit together is refused as SLW-FORMAT. */
export function readStringPool(pool: Buffer, data: Buffer): ReadStringPool {
  if (pool.length < 4 || pool.length % 4 !== 0) throw damaged("its string pool is of no possible size");
  if (pool.length / 4 > mostStrings) throw damaged(`it has more than ${mostStrings} strings`);
  const first = pool.readUInt32LE(0);
  const codePage = first % longReferences;
  if (!isKnownCodePage(codePage)) throw damaged(`its text is in code page ${codePage}, which is not read here`);
  // Free entries may be many, and one and the same object stands for all of them.
  const free = { text: "", uses: 0 };
  const strings: ReadString[] = [free];
  let offset = 0;
  for (let at = 4; at < pool.length; at += 4) {
    let length = pool.readUInt16LE(at);
    const uses = pool.readUInt16LE(at + 2);
    if (length === 0 && uses === 0) {
      strings.push(free);
      continue;
    }
    if (length === 0) {
      at += 4;
      if (at >= pool.length) throw damaged("its string pool ends within an entry");
      length = pool.readUInt32LE(at);
    }
    if (offset + length > data.length) throw damaged("its strings are longer than their data");
    const text = decodeText(data.subarray(offset, offset + length), codePage);
    if (text === undefined) throw damaged(`string ${strings.length} is no text of code page ${codePage}`);
    strings.push({ text, uses });
    offset += length;
  }
  if (offset !== data.length) throw damaged("its strings are shorter than their data");
  return { codePage, width: first >= longReferences ? 3 : 2, strings };
}
