import type { ArtifactJob } from "../../artifact.ts";
import { byBytes } from "../../byte-order.ts";
import type { ReadTable } from "./database/database-reader.ts";
import { idtText } from "./database/idt.ts";
import type { Table } from "./database/table.ts";
import { noCodes } from "./installer/identity.ts";
import { layOutTree } from "./installer/layout.ts";
import type { MsiOptions } from "./installer/options.ts";
import { propertyTable } from "./installer/tables/properties.ts";
import { installerTables } from "./installer/tables.ts";

/** Tables that say nothing beyond the list of files, the properties, and what columns may hold. */
const toldElsewhere: ReadonlySet<string> = new Set([
  "Component",
  "Directory",
  "FeatureComponents",
  "File",
  "Media",
  "MsiFileHash",
  "Property",
  "_Validation",
]);

/** A text that a person reads of an .msi, by a path that no file of it has. */
export type ToldTable = readonly [path: string, text: string];

/** Path of a table's text among the texts of an .msi. */
export function tablePath(name: string): string {
  return `MSI/${name}.idt`;
}

export const isTablePath = (path: string): boolean => /^MSI\/[A-Za-z_][A-Za-z0-9_.]*\.idt$/.test(path);

/** What the installer obeys, of a database: each table that has rows and is not told as files or properties. */
export function toldTables(tables: Iterable<readonly [name: string, table: ReadTable]>): readonly ToldTable[] {
  return [...tables]
    .filter(([name, { rows }]) => !toldElsewhere.has(name) && rows.length > 0)
    .map(([name, table]) => [tablePath(name), idtText(name, table)] as const)
    .sort(([a], [b]) => byBytes(a, b));
}

/** The same of an .msi that is to be written: none of these tables depends on what its files hold. */
export function plannedTables(tree: ArtifactJob["tree"], options: MsiOptions): readonly ToldTable[] {
  const tables = installerTables(layOutTree(tree, options), options, noCodes, new Map());
  return toldTables(tables.map((it) => [it.name, asRead(it)] as const));
}

/** The properties of an .msi that is to be written, sorted, but for the code that follows from its bytes. */
export function plannedProperties(options: MsiOptions): readonly (readonly [name: string, value: string])[] {
  return propertyTable(options, noCodes)
    .rows.map(({ Property, Value }) => [String(Property), String(Value)] as const)
    .filter(([name]) => name !== "ProductCode")
    .sort(([a], [b]) => byBytes(a, b));
}

function asRead({ name, columns, rows }: Table): ReadTable {
  const cells = rows.map((row) =>
    columns.map(([column]) => {
      const cell = row[column];
      if (cell instanceof Uint8Array) throw new TypeError(`${name} has a binary value, which is not told`);
      return cell;
    }),
  );
  return { columns: new Map(columns), rows: cells };
}
