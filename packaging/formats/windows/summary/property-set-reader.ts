import { refusal } from "../../../errors.ts";
import { decodeText, isKnownCodePage } from "../database/code-page.ts";
import { codePageProperty, filetimeOffset, filetimeUnits, type PropertyValue, valueTypes } from "./property-set.ts";

export interface ReadPropertySet {
  readonly codePage: number;
  /** By number, without the code page, which is 0 where there is none. */
  readonly properties: ReadonlyMap<number, PropertyValue>;
}

/** A summary has some fifteen. */
const mostProperties = 1000;

/**
 * Reads a stream of one property set of this format (MS-OLEPS, section 2.21). Damage, a code page that is not known here and
 * types of values that no summary has are refused as SLW-FORMAT.
 */
export function readPropertySet(bytes: Buffer, format: Uint8Array): ReadPropertySet {
  const at = setStart(bytes, format);
  const size = field(bytes, at);
  const count = field(bytes, at + 4);
  if (size > bytes.length - at || count > mostProperties || 8 + 8 * count > size)
    throw damaged("its size is not possible");
  const set = bytes.subarray(at, at + size);
  const offsets = new Map<number, number>();
  for (let row = 0; row < count; row += 1) {
    const number = field(set, 8 + 8 * row);
    if (offsets.has(number)) throw damaged(`property ${number} is there twice`);
    offsets.set(number, field(set, 12 + 8 * row));
  }
  const codePage = codePageOf(set, offsets.get(codePageProperty));
  offsets.delete(codePageProperty);
  const properties = new Map<number, PropertyValue>();
  for (const [number, offset] of offsets) properties.set(number, readValue(set, offset, number, codePage));
  return { codePage, properties };
}

function setStart(bytes: Buffer, format: Uint8Array): number {
  if (bytes.length < 48 || bytes.readUInt16LE(0) !== 0xfffe) throw damaged("it does not start with a header");
  if (bytes.readUInt32LE(24) !== 1 || !bytes.subarray(28, 44).equals(format))
    throw damaged("it is a set of another kind");
  return bytes.readUInt32LE(44);
}

function codePageOf(set: Buffer, offset: number | undefined): number {
  // msitools leaves it out.
  if (offset === undefined) return 0;
  const { type, value } = readValue(set, offset, codePageProperty, 0);
  // The number is stored with a sign, and has none.
  const codePage = type === "short" ? Number(value) & 0xffff : Number.NaN;
  if (!isKnownCodePage(codePage)) throw damaged(`its text is in code page ${codePage}, which is not read here`);
  return codePage;
}

function readValue(set: Buffer, offset: number, number: number, codePage: number): PropertyValue {
  const type = field(set, offset);
  switch (type) {
    case valueTypes.short:
      return { type: "short", value: exactly(set, offset + 4, 2).readInt16LE(0) };
    case valueTypes.long:
      return { type: "long", value: exactly(set, offset + 4, 4).readInt32LE(0) };
    case valueTypes.time: {
      const units = exactly(set, offset + 4, 8).readBigUInt64LE(0);
      return { type: "time", value: Number(units / filetimeUnits) - filetimeOffset };
    }
    case valueTypes.text: {
      const stored = exactly(set, offset + 8, field(set, offset + 4));
      const end = stored.indexOf(0);
      const text = decodeText(end === -1 ? stored : stored.subarray(0, end), codePage);
      if (text === undefined) throw damaged(`property ${number} is no text of code page ${codePage}`);
      return { type: "text", value: text };
    }
    default:
      throw damaged(`property ${number} is of type ${type}, which is not read here`);
  }
}

function field(bytes: Buffer, at: number): number {
  return exactly(bytes, at, 4).readUInt32LE(0);
}

function exactly(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw damaged("a value lies outside of it");
  return bytes.subarray(at, at + length);
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The installer's summary information cannot be read: ${what}.`);
}
