import type { ReadCell } from "../../database/database-reader.ts";
import { type InstallerTables, numberIn, type ReadRow, rowsOf, textOf } from "../rows.ts";
import { isOfCategory } from "./categories.ts";
import type { IceCheck } from "./check.ts";

/** ICE03: every value is what the table `_Validation` says of its column, and what it refers to is there. */
export const ice03: IceCheck = function* (subject) {
  const keys = new Map<string, ReadonlySet<string>>();
  const rows = new Map<string, readonly ReadRow[]>();
  for (const rule of rowsOf(subject, "_Validation")) {
    const table = textOf(rule, "Table");
    const column = textOf(rule, "Column");
    if (subject.database.tables.get(table)?.columns.has(column) !== true) continue;
    if (!rows.has(table)) rows.set(table, rowsOf(subject, table));
    const referred = textOf(rule, "KeyTable")
      .split(";")
      .filter((name) => name !== "");
    for (const name of referred) if (!keys.has(name)) keys.set(name, keysOf(subject, name));
    for (const row of rows.get(table) ?? []) {
      const wrong = problem(
        row[column],
        rule,
        referred.map((name) => keys.get(name) ?? new Set()),
      );
      if (wrong !== undefined) yield `${table}.${column} is ${shown(row[column])}, which ${wrong}.`;
    }
  }
};

/** The first column of each row. */
function keysOf({ database }: InstallerTables, table: string): ReadonlySet<string> {
  return new Set(database.tables.get(table)?.rows.map(([key]) => String(key)));
}

function problem(cell: ReadCell, rule: ReadRow, keys: readonly ReadonlySet<string>[]): string | undefined {
  if (cell === undefined) return textOf(rule, "Nullable") === "Y" ? undefined : "must not be empty";
  if (typeof cell === "object") return undefined;
  const referred = keys.some((values) => values.has(String(cell)));
  if (typeof cell === "number") return outOfRange(cell, rule) ?? notOneOf(String(cell), rule);
  const category = textOf(rule, "Category");
  // A version may be the key of another file, whose version it then has.
  if (category === "Version" && referred) return undefined;
  if (category === "") return "is of no category";
  const isOne = isOfCategory(cell, category);
  if (isOne === undefined) return `is of the unknown category ${category}`;
  if (!isOne) return `is no ${category}`;
  if (keys.length > 0 && category !== "Version" && !referred) return `is in none of ${textOf(rule, "KeyTable")}`;
  return notOneOf(cell, rule);
}

function outOfRange(cell: number, rule: ReadRow): string | undefined {
  if (rule["MinValue"] !== undefined && cell < numberIn(rule, "MinValue"))
    return `is less than ${textOf(rule, "MinValue")}`;
  if (rule["MaxValue"] !== undefined && cell > numberIn(rule, "MaxValue"))
    return `is more than ${textOf(rule, "MaxValue")}`;
  return undefined;
}

function notOneOf(cell: string, rule: ReadRow): string | undefined {
  const set = textOf(rule, "Set");
  return set === "" || set.split(";").includes(cell) ? undefined : `is none of ${set}`;
}

function shown(cell: ReadCell): string {
  return cell === undefined ? "empty" : JSON.stringify(typeof cell === "string" ? cell.slice(0, 100) : cell);
}

/** ICE06: the columns of `_Validation` are those that there are. */
export const ice06: IceCheck = function* (subject) {
  const listed = new Set(
    rowsOf(subject, "_Validation").map((row) => `${textOf(row, "Table")}.${textOf(row, "Column")}`),
  );
  const found = new Set(
    [...subject.database.tables].flatMap(([table, { columns }]) =>
      [...columns.keys()].map((column) => `${table}.${column}`),
    ),
  );
  for (const column of found) if (!listed.has(column)) yield `${column} is not in the table _Validation.`;
  for (const column of listed) if (!found.has(column)) yield `${column} is in the table _Validation, and nowhere else.`;
};
