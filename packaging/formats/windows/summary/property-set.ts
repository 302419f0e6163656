import { type CodePage, encodeText } from "../database/code-page.ts";

/** Types of property values: MS-OLEPS, section 2.15 (PropertyType). */
export const valueTypes = { short: 2, long: 3, text: 30, time: 64 } as const;

/** A value of a property; a time is in seconds since 1970. */
export type PropertyValue =
  | { readonly type: "short" | "long" | "time"; readonly value: number }
  | { readonly type: "text"; readonly value: string };

/** The number of the property that says which code page the texts are in; it is the first one. */
export const codePageProperty = 1;
const headerSize = 48;
const byteOrder = 0xfffe;
/** Windows, in a version that all have; what readers of today make of it is nothing. */
const systemIdentifier = 0x0002_0005;
/** Seconds from 1601, where a FILETIME begins, to 1970. */
export const filetimeOffset = 11_644_473_600;
export const filetimeUnits = 10_000_000n;

/**
 * One property set as a stream (MS-OLEPS, section 2.21), of properties by number. `format` is the set's FMTID, 16 bytes as
 * stored. The code page is written as a property of its own.
 */
export function encodePropertySet(
  format: Uint8Array,
  properties: ReadonlyMap<number, PropertyValue>,
  codePage: CodePage,
): Buffer {
  const all = new Map([[codePageProperty, { type: "short", value: codePage } as PropertyValue], ...properties]);
  const numbers = [...all.keys()].sort((a, b) => a - b);
  const values = numbers.map((number) => encodeValue(all.get(number), codePage));
  const index = Buffer.alloc(8 + 8 * numbers.length);
  let at = index.length;
  for (const [row, number] of numbers.entries()) {
    index.writeUInt32LE(number, 8 + 8 * row);
    index.writeUInt32LE(at, 12 + 8 * row);
    at += values[row]?.length ?? 0;
  }
  index.writeUInt32LE(at, 0);
  index.writeUInt32LE(numbers.length, 4);
  const header = Buffer.alloc(headerSize);
  header.writeUInt16LE(byteOrder, 0);
  header.writeUInt32LE(systemIdentifier, 4);
  header.writeUInt32LE(1, 24);
  header.set(format, 28);
  header.writeUInt32LE(headerSize, 44);
  return Buffer.concat([header, index, ...values]);
}

/** Type and value, filled up to four bytes. */
function encodeValue(property: PropertyValue | undefined, codePage: CodePage): Buffer {
  if (property === undefined) return Buffer.alloc(0);
  const { type } = property;
  if (type === "text") {
    const text = encodeText(property.value, codePage);
    const bytes = Buffer.alloc(8 + Math.ceil((text.length + 1) / 4) * 4);
    bytes.writeUInt32LE(valueTypes.text, 0);
    bytes.writeUInt32LE(text.length + 1, 4);
    bytes.set(text, 8);
    return bytes;
  }
  const bytes = Buffer.alloc(type === "time" ? 12 : 8);
  bytes.writeUInt32LE(valueTypes[type], 0);
  if (type === "short") bytes.writeUInt16LE(property.value & 0xffff, 4);
  else if (type === "long") bytes.writeInt32LE(property.value, 4);
  else bytes.writeBigUInt64LE(BigInt(property.value + filetimeOffset) * filetimeUnits, 4);
  return bytes;
}
