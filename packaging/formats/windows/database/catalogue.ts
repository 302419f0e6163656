import { columnBits } from "./column.ts";
import { type Table, type TableSchema, table } from "./table.ts";

/** The two tables that say which tables there are. They are in every database, and do not name themselves. */

export const tablesSchema = { name: "_Tables", keys: 1, columns: { Name: "s64" } } as const satisfies TableSchema;

export const columnsSchema = {
  name: "_Columns",
  keys: 2,
  columns: { Table: "s64", Number: "i2", Name: "s64", Type: "i2" },
} as const satisfies TableSchema;

/** Both, for a database of these tables. */
export function catalogue(tables: readonly Table[]): readonly [Table, Table] {
  const columns = tables.flatMap((it) =>
    it.columns.map(([name, column], at) => ({
      Table: it.name,
      Number: at + 1,
      Name: name,
      Type: columnBits(column),
    })),
  );
  return [
    table(
      tablesSchema,
      tables.map(({ name }) => ({ Name: name })),
    ),
    table(columnsSchema, columns),
  ];
}
