import { byBytes } from "../../../byte-order.ts";
import { codeOf } from "./column.ts";
import type { ReadTable } from "./database-reader.ts";

/**
 * A table as an .idt file has it ("Archive File Format" of the Windows Installer SDK): names of columns, their types, the
 * table's name with its keys, and a line for each row. Rows are in the order of their text, for a person to read.
 */
export function idtText(name: string, { columns, rows }: ReadTable): string {
  const keys = [...columns].filter(([, { key }]) => key).map(([column]) => column);
  const head = [[...columns.keys()], [...columns.values()].map(codeOf), [name, ...keys]];
  const lines = rows.map((row) => row.map((cell) => (typeof cell === "object" ? cell.stream : escaped(cell))));
  return `${[...head.map(joined), ...lines.map(joined).sort(byBytes)].join("\n")}\n`;
}

const joined = (cells: readonly string[]): string => cells.join("\t");

/** Letters that would end a cell or a line stand in for others, as in the files that Windows writes. */
const standIns: Readonly<Record<string, string>> = { "\t": "\u0010", "\r": "\u0011", "\n": "\u0019" };

function escaped(cell: string | number | undefined): string {
  return `${cell ?? ""}`.replace(/[\t\r\n]/g, (letter) => standIns[letter] ?? "");
}
