import type { Column } from "./column.ts";
import { damaged, shown, unwritable } from "./damaged.ts";
import type { ReferenceWidth, StringPool } from "./string-pool.ts";
import type { Cell, Table } from "./table.ts";

/** What is added to a number: 0 is left for none. */
const shortZero = 0x8000;
const longZero = 0x8000_0000;

/** Bytes of a column's cell. */
export function cellWidth({ kind }: Column, references: ReferenceWidth): number {
  switch (kind) {
    case "text":
      return references;
    case "short":
    case "binary":
      return 2;
    case "long":
      return 4;
  }
}

/**
 * A table's rows as their stream has them: all cells of the first column, then all of the second, rows in the order of their
 * keys' stored numbers, for the installer searches them. Refuses (SLW-FORMAT) cells that their columns cannot hold, and a
 * key that is there twice.
 */
export function encodeTable(table: Table, pool: StringPool): Buffer {
  const rows = table.rows.map((row) =>
    table.columns.map(([name, column]) => storedCell(row[name], column, pool, `${table.name}.${name}`)),
  );
  const keys = table.columns.filter(([, { key }]) => key).length;
  rows.sort((a, b) => byKeys(a, b, keys));
  for (const [at, row] of rows.entries()) {
    const next = rows[at + 1];
    if (next !== undefined && byKeys(row, next, keys) === 0)
      throw unwritable(`two rows of ${table.name} have the same key`);
  }
  const widths = table.columns.map(([, column]) => cellWidth(column, pool.width));
  const bytes = Buffer.alloc(rows.length * widths.reduce((sum, width) => sum + width, 0));
  let at = 0;
  for (const [column, width] of widths.entries()) {
    for (const row of rows) at = bytes.writeUIntLE(row[column] ?? 0, at, width);
  }
  return bytes;
}

export function byKeys(a: readonly number[], b: readonly number[], keys: number): number {
  for (let at = 0; at < keys; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function storedCell(cell: Cell | undefined, column: Column, pool: StringPool, where: string): number {
  if (cell === undefined) {
    if (!column.nullable) throw unwritable(`${where} is empty in a row, and must not be`);
    return 0;
  }
  switch (column.kind) {
    case "text":
      return storedText(cell, column, pool, where);
    case "short":
      return storedNumber(cell, shortZero, where);
    case "long":
      return storedNumber(cell, longZero, where);
    case "binary":
      return 1;
  }
}

function storedText(cell: Cell, { size }: Column, pool: StringPool, where: string): number {
  const text = String(cell);
  // No text and an empty one are the same to the installer: whoever means none leaves it out.
  if (text === "") throw unwritable(`${where} is an empty text in a row`);
  if (size > 0 && text.length > size) {
    throw unwritable(`${where} has ${text.length} characters in a row, at most ${size} are possible: ${shown(text)}`);
  }
  return pool.idOf(text);
}

function storedNumber(cell: Cell, zero: number, where: string): number {
  const number = Number(cell);
  if (!Number.isInteger(number) || number <= -zero || number >= zero) {
    throw unwritable(`${where} is ${number} in a row, and its numbers lie between ${1 - zero} and ${zero - 1}`);
  }
  return number + zero;
}

/** The stored numbers of all rows, at most `most` of them; `numberOf` makes values of them. */
export function decodeTable(
  bytes: Buffer,
  columns: readonly Column[],
  width: ReferenceWidth,
  most: number,
): number[][] {
  const widths = columns.map((column) => cellWidth(column, width));
  const rowWidth = widths.reduce((sum, cell) => sum + cell, 0);
  const count = bytes.length / rowWidth;
  if (!Number.isInteger(count)) throw damaged("a table has no whole number of rows");
  if (count > most) throw damaged("its tables have too many rows");
  const rows: number[][] = Array.from({ length: count }, () => []);
  let at = 0;
  for (const cell of widths) {
    for (const row of rows) {
      row.push(bytes.readUIntLE(at, cell));
      at += cell;
    }
  }
  const keys = columns.filter(({ key }) => key).length;
  if (columns.slice(0, keys).some(({ key }) => !key)) throw damaged("a table's primary key is not its first columns");
  for (const [row, stored] of rows.entries()) {
    const next = rows[row + 1];
    if (next !== undefined && byKeys(stored, next, keys) >= 0) throw damaged("a table's rows are not in their order");
  }
  return rows;
}

/** The number that a cell of a numeric column holds; undefined for none. */
export function numberOf(stored: number, kind: "short" | "long"): number | undefined {
  if (stored === 0) return undefined;
  return stored - (kind === "short" ? shortZero : longZero);
}
