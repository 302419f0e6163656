import type { ReadCell, ReadDatabase } from "../database/database-reader.ts";
import type { SummaryInformation } from "../summary/summary-information.ts";

/** An installer's tables and what it says of itself, as they were read or are about to be written. */
export interface InstallerTables {
  readonly database: ReadDatabase;
  readonly summary: SummaryInformation;
}

/** A row by the names of its columns. */
export type ReadRow = Readonly<Record<string, ReadCell>>;

/** A table's rows by the names of its columns; none where the table is missing. */
export function rowsOf({ database }: InstallerTables, name: string): readonly ReadRow[] {
  const found = database.tables.get(name);
  if (found === undefined) return [];
  const columns = [...found.columns.keys()];
  return found.rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
}

/** The text of a cell; an empty one for none. */
export function textOf(row: ReadRow, column: string): string {
  const cell = row[column];
  return typeof cell === "object" || cell === undefined ? "" : String(cell);
}

/** The number of a cell; 0 for none. */
export function numberIn(row: ReadRow, column: string): number {
  const cell = row[column];
  return typeof cell === "number" ? cell : 0;
}

/** The value of a property of the Property table. */
export function propertyOf(tables: InstallerTables, name: string): string | undefined {
  const row = rowsOf(tables, "Property").find((it) => it["Property"] === name);
  return row === undefined ? undefined : textOf(row, "Value");
}

/** Values that are there more than once. */
export function repeated(values: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(values.filter((value) => seen.size === seen.add(value).size));
}
