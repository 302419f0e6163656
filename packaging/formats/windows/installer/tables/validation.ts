import { columnOf } from "../../database/column.ts";
import { type Table, table } from "../../database/table.ts";
import type { InstallerSchema } from "../schema.ts";

const widest = 2 ** 31 - 1;

export const validationSchema = {
  name: "_Validation",
  keys: 2,
  columns: {
    Table: "s32",
    Column: "s32",
    Nullable: "s4",
    MinValue: "I4",
    MaxValue: "I4",
    KeyTable: "S255",
    KeyColumn: "I2",
    Category: "S32",
    Set: "S255",
    Description: "S255",
  },
  rules: {
    Table: { category: "Identifier" },
    Column: { category: "Identifier" },
    Nullable: { category: "Text", set: "Y;N" },
    MinValue: { min: -widest, max: widest },
    MaxValue: { min: -widest, max: widest },
    KeyTable: { category: "Text" },
    KeyColumn: { min: 1, max: 32 },
    Category: { category: "Text" },
    Set: { category: "Text" },
    Description: { category: "Text" },
  },
} as const satisfies InstallerSchema;

/** What every column of these tables, and of this one, may hold: validation looks nowhere else. */
export function validationTable(schemas: readonly InstallerSchema[]): Table {
  const rows = [...schemas, validationSchema].flatMap((schema) =>
    Object.entries(schema.columns).map(([name, code]) => {
      const { category, min, max, keyOf, set } = (schema as InstallerSchema).rules[name] ?? {};
      return {
        Table: schema.name,
        Column: name,
        Nullable: columnOf(code, false).nullable ? "Y" : "N",
        MinValue: min,
        MaxValue: max,
        KeyTable: keyOf,
        KeyColumn: keyOf === undefined ? undefined : 1,
        Category: category,
        Set: set,
      };
    }),
  );
  return table(validationSchema, rows);
}
