/**
 * The type of a column as .idt files have it ("Column Definition Format"): a letter, a capital one where the column may be
 * empty, and a size. s and l are text of at most so many characters (0: any), l translated; i a number of so many bytes;
 * v0 a binary value.
 */
export type ColumnCode = `${"s" | "S" | "l" | "L"}${number}` | "i2" | "I2" | "i4" | "I4" | "v0" | "V0";

export interface Column {
  readonly kind: "text" | "short" | "long" | "binary";
  /** Characters of a text, 0 for any number. */
  readonly size: number;
  readonly nullable: boolean;
  readonly localizable: boolean;
  readonly key: boolean;
}

const [valid, localizable, shortOrText, text, nullable, key] = [0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000];
const binary = valid | text;

const shape = /^(?:([sl])(\d{1,3})|i([24])|v0)$/i;

/** `isKey`: whether the column is part of the primary key. A code that is none is our own mistake. */
export function columnOf(code: ColumnCode, isKey: boolean): Column {
  const [, letter, size, bytes] = shape.exec(code) ?? [];
  if (!shape.test(code) || Number(size ?? 0) > 255) throw new RangeError(`${code} is no type of a column`);
  const kind = letter !== undefined ? "text" : bytes === undefined ? "binary" : bytes === "2" ? "short" : "long";
  const first = code.charAt(0);
  return {
    kind,
    size: Number(size ?? 0),
    nullable: first === first.toUpperCase(),
    localizable: letter?.toLowerCase() === "l",
    key: isKey,
  };
}

export function codeOf(column: Column): ColumnCode {
  const code = shortCode(column);
  return (column.nullable ? code.charAt(0).toUpperCase() + code.slice(1) : code) as ColumnCode;
}

function shortCode({ kind, size, localizable: translated }: Column): string {
  switch (kind) {
    case "text":
      return `${translated ? "l" : "s"}${size}`;
    case "short":
      return "i2";
    case "long":
      return "i4";
    case "binary":
      return "v0";
  }
}

/** The number that the table `_Columns` has for a column. */
export function columnBits(column: Column): number {
  const flags = (column.nullable ? nullable : 0) | (column.key ? key : 0) | (column.localizable ? localizable : 0);
  return flags | kindBits(column);
}

function kindBits({ kind, size }: Column): number {
  switch (kind) {
    case "text":
      return valid | shortOrText | text | size;
    case "short":
      return valid | shortOrText | 2;
    case "long":
      return valid | 4;
    case "binary":
      return binary;
  }
}

/** Undefined where the number is that of no column. */
export function columnOfBits(bits: number): Column | undefined {
  const flags = { nullable: (bits & nullable) !== 0, localizable: (bits & localizable) !== 0, key: (bits & key) !== 0 };
  const rest = bits & ~(nullable | key | localizable);
  if (rest === binary) return { kind: "binary", size: 0, ...flags };
  if ((rest & ~(shortOrText | 0xff)) === (valid | text)) return { kind: "text", size: rest & 0xff, ...flags };
  if (rest === (valid | shortOrText | 2)) return { kind: "short", size: 0, ...flags };
  if (rest === (valid | 4)) return { kind: "long", size: 0, ...flags };
  return undefined;
}
