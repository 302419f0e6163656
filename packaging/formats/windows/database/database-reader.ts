import { collect } from "../../../containers/member-content.ts";
import type { ReadCfbStream } from "../cfb/cfb-reader.ts";
import { columnsSchema, tablesSchema } from "./catalogue.ts";
import { type Column, columnOf, columnOfBits } from "./column.ts";
import { damaged, shown } from "./damaged.ts";
import { decodeStreamName } from "./stream-name.ts";
import { type ReadStringPool, readStringPool } from "./string-pool-reader.ts";
import type { TableSchema } from "./table.ts";
import { decodeTable, numberOf } from "./table-stream.ts";

/** A stream of the compound file, as far as a database goes. */
type StoredStream = Pick<ReadCfbStream, "path" | "size" | "content">;

/** A cell as read: undefined where it is empty, and for a binary value the name of the stream that holds it. */
export type ReadCell = string | number | { readonly stream: string } | undefined;

export interface ReadTable {
  readonly columns: ReadonlyMap<string, Column>;
  readonly rows: readonly (readonly ReadCell[])[];
}

export interface ReadDatabase {
  readonly codePage: number;
  /** By name; all that the catalogue lists, with rows or without. */
  readonly tables: ReadonlyMap<string, ReadTable>;
  /** By their plain names, those that hold no table: cabinets, binary values, summary information, signatures. */
  readonly streams: ReadonlyMap<string, StoredStream>;
  /**
   * Strings whose count is not the number of cells that have them. The installer reads such a file, and damages it when it
   * changes it ("String-Pool Validation"); msitools makes such files.
   */
  readonly miscounted: readonly string[];
}

/** A database of 65,535 files has a tenth of it. */
const mostTableBytes = 16 << 20;
const mostTextBytes = 16 << 20;
const mostTables = 1000;
const mostRows = 400_000;
/** Twice what Windows Installer takes. */
const mostColumns = 64;

/**
 * Reads a Windows Installer database out of the streams of its compound file. What does not fit together (references to no
 * string, rows out of order, tables that nothing lists) is refused as SLW-FORMAT. Memory is bounded whatever the file says.
 */
export async function readDatabase(all: readonly StoredStream[]): Promise<ReadDatabase> {
  const stored = new Map<string, StoredStream>();
  const streams = new Map<string, StoredStream>();
  for (const stream of all) {
    const { name, table } = decodeStreamName(stream.path);
    const names = table ? stored : streams;
    if (names.has(name)) throw damaged(`the stream ${shown(name)} is there twice`);
    names.set(name, stream);
  }
  let bytesLeft = mostTableBytes;
  let rowsLeft = mostRows;
  const bytesOf = async (name: string): Promise<Buffer> => {
    const stream = stored.get(name);
    bytesLeft -= stream?.size ?? 0;
    if (bytesLeft < 0) throw damaged(`its tables have more than ${mostTableBytes} bytes`);
    return stream === undefined ? Buffer.alloc(0) : collect(stream.content());
  };
  const pool = readStringPool(await bytesOf("_StringPool"), await textOf(stored.get("_StringData")));
  const uses = new Uint32Array(pool.strings.length);
  const read = async (name: string, columns: ReadonlyMap<string, Column>): Promise<ReadTable> => {
    const list = [...columns.values()];
    const rows = decodeTable(await bytesOf(name), list, pool.width, rowsLeft);
    rowsLeft -= rows.length;
    const streamNames = (row: readonly ReadCell[]) => streamName(name, list, row, streams);
    return { columns, rows: rows.map((row) => values(row, list, pool, uses, streamNames)) };
  };
  const tables = new Map<string, ReadTable>();
  for (const [name, columns] of await readCatalogue(read)) tables.set(name, await read(name, columns));
  checkNothingElse(stored, tables);
  return { codePage: pool.codePage, tables, streams, miscounted: miscounted(pool, uses) };
}

async function textOf(stream: StoredStream | undefined): Promise<Buffer> {
  if (stream === undefined) throw damaged("it has no strings");
  if (stream.size > mostTextBytes) throw damaged(`its strings have more than ${mostTextBytes} bytes`);
  return collect(stream.content());
}

type Columns = ReadonlyMap<string, Column>;

/** Which tables there are, and their columns. */
async function readCatalogue(
  read: (name: string, columns: Columns) => Promise<ReadTable>,
): Promise<ReadonlyMap<string, Columns>> {
  const tables = new Map<string, Map<string, Column>>();
  const listed = await read(tablesSchema.name, columnsOfSchema(tablesSchema));
  if (listed.rows.length > mostTables) throw damaged(`it lists more than ${mostTables} tables`);
  for (const [name] of listed.rows) tables.set(String(name), new Map());
  const { rows } = await read(columnsSchema.name, columnsOfSchema(columnsSchema));
  for (const [table, number, name, type] of rows.toSorted((a, b) => Number(a[1]) - Number(b[1]))) {
    const columns = tables.get(String(table));
    const column = columnOfBits(Number(type));
    if (columns === undefined || columns.size + 1 !== number || column === undefined || columns.has(String(name))) {
      throw damaged(`the column ${shown(name)} of the table ${shown(table)} is none`);
    }
    if (number > mostColumns) throw damaged(`the table ${shown(table)} has more than ${mostColumns} columns`);
    columns.set(String(name), column);
  }
  for (const [name, columns] of tables) {
    if (columns.size === 0) throw damaged(`the table ${shown(name)} has no columns`);
  }
  return tables;
}

function columnsOfSchema({ columns, keys }: TableSchema): Columns {
  return new Map(Object.entries(columns).map(([name, code], at) => [name, columnOf(code, at < keys)]));
}

function values(
  stored: readonly number[],
  columns: readonly Column[],
  { strings }: ReadStringPool,
  uses: Uint32Array,
  streamNames: (row: readonly ReadCell[]) => string,
): ReadCell[] {
  const row: ReadCell[] = [];
  for (const [at, { kind }] of columns.entries()) {
    const cell = stored[at] ?? 0;
    if (kind === "short" || kind === "long") row.push(numberOf(cell, kind));
    else if (cell === 0) row.push(undefined);
    else if (kind === "binary") row.push({ stream: streamNames(row) });
    else {
      const found = strings[cell];
      if (found === undefined || found.text === "")
        throw damaged(`a cell refers to string ${cell}, which there is not`);
      uses[cell] = (uses[cell] ?? 0) + 1;
      row.push(found.text);
    }
  }
  return row;
}

/** Binary columns come after the keys that name their streams. */
function streamName(
  table: string,
  columns: readonly Column[],
  row: readonly ReadCell[],
  streams: ReadonlyMap<string, StoredStream>,
): string {
  const keys = row.filter((_, at) => columns[at]?.key === true);
  const name = [table, ...keys.map((key) => (typeof key === "object" ? "" : String(key ?? "")))].join(".");
  if (!streams.has(name)) throw damaged(`there is no stream ${shown(name)}, and a row says so`);
  return name;
}

const ownStreams: ReadonlySet<string> = new Set(["_StringPool", "_StringData", tablesSchema.name, columnsSchema.name]);

function checkNothingElse(stored: ReadonlyMap<string, unknown>, tables: ReadonlyMap<string, unknown>): void {
  for (const name of stored.keys()) {
    if (!ownStreams.has(name) && !tables.has(name)) {
      throw damaged(`the table ${shown(name)} has rows, and is in no list of tables`);
    }
  }
}

function miscounted({ strings }: ReadStringPool, uses: Uint32Array): string[] {
  return strings.flatMap((string, id) => (string.uses === uses[id] ? [] : [string.text]));
}
