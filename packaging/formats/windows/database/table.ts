import { type Column, type ColumnCode, columnOf } from "./column.ts";

/** A text, a number, or a binary value, which becomes a stream beside the table. */
export type Cell = string | number | Uint8Array;

type Columns = Readonly<Record<string, ColumnCode>>;
type MayBeEmpty = `${"S" | "L" | "I" | "V"}${string}`;

type ValueOf<Code extends ColumnCode> = Code extends `${"s" | "S" | "l" | "L"}${string}`
  ? string
  : Code extends "v0" | "V0"
    ? Uint8Array
    : number;

/** A row of a table, by the names of its columns; one that may be empty may be left out. */
export type Row<C extends Columns> = {
  readonly [Name in keyof C as C[Name] extends MayBeEmpty ? never : Name]: ValueOf<C[Name]>;
} & {
  readonly [Name in keyof C as C[Name] extends MayBeEmpty ? Name : never]?: ValueOf<C[Name]> | undefined;
};

/** Which columns a table has, in their order. */
export interface TableSchema<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** How many columns, from the first one on, are the primary key. */
  readonly keys: number;
}

/** A table of a database and its rows, in any order. */
export interface Table {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, column: Column])[];
  readonly rows: readonly Readonly<Record<string, Cell | undefined>>[];
}

/** Rows for a schema; the compiler holds each to the schema's columns. */
export function table<C extends Columns>(schema: TableSchema<C>, rows: readonly Row<C>[]): Table {
  const columns = Object.entries(schema.columns).map(
    ([name, code], at) => [name, columnOf(code, at < schema.keys)] as const,
  );
  return { name: schema.name, columns, rows: rows as Table["rows"] };
}
