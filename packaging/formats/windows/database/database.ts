import { contentOf } from "../../../containers/member-content.ts";
import type { CfbStream } from "../cfb/cfb.ts";
import { catalogue } from "./catalogue.ts";
import { shown, unwritable } from "./damaged.ts";
import { encodeStreamName } from "./stream-name.ts";
import { stringPool } from "./string-pool.ts";
import type { Table } from "./table.ts";
import { encodeTable } from "./table-stream.ts";

/** "Column limits" of the Windows Installer SDK. */
const mostColumns = 32;
const tableName = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/**
 * The streams of a Windows Installer database with these tables: the pool of all strings, the catalogue, a stream for each
 * table that has rows, and one for each binary value. The bytes do not depend on the order of tables or rows. Refuses
 * (SLW-FORMAT) what a database cannot hold.
 */
export function databaseStreams(tables: readonly Table[]): CfbStream[] {
  for (const it of tables) checkTable(it, tables);
  const all = [...catalogue(tables), ...tables];
  const pool = stringPool(all.flatMap(textsOf));
  const { pool: poolBytes, data } = pool.encode();
  const streams = [tableStream("_StringPool", poolBytes), tableStream("_StringData", data)];
  for (const it of all) {
    if (it.rows.length === 0) continue;
    streams.push(tableStream(it.name, encodeTable(it, pool)), ...binaryStreams(it));
  }
  return streams;
}

function checkTable({ name, columns }: Table, tables: readonly Table[]): void {
  if (!tableName.test(name)) throw unwritable(`${shown(name)} is no name of a table`);
  if (tables.filter((other) => other.name === name).length > 1) throw unwritable(`the table ${name} is there twice`);
  if (columns.length === 0 || columns.length > mostColumns)
    throw unwritable(`the table ${name} has ${columns.length} columns`);
  if (columns[0]?.[1].key !== true) throw unwritable(`the table ${name} has no primary key`);
}

/** The text of every cell, as often as it is there. */
function textsOf({ columns, rows }: Table): string[] {
  const names = columns.filter(([, { kind }]) => kind === "text").map(([name]) => name);
  return rows.flatMap((row) => names.flatMap((name) => (row[name] === undefined ? [] : [String(row[name])])));
}

function tableStream(name: string, bytes: Buffer): CfbStream {
  return { name: encodeStreamName({ name, table: true }), size: bytes.length, content: contentOf(bytes) };
}

/** Each is called by its table and the key of its row: `Binary.icon`. */
function binaryStreams({ name, columns, rows }: Table): CfbStream[] {
  const keys = columns.filter(([, { key }]) => key).map(([column]) => column);
  const binary = columns.filter(([, { kind }]) => kind === "binary").map(([column]) => column);
  return rows.flatMap((row) => {
    const stream = [name, ...keys.map((key) => String(row[key] ?? ""))].join(".");
    return binary.flatMap((column) => {
      const value = row[column];
      if (!(value instanceof Uint8Array)) return [];
      const encoded = encodeStreamName({ name: stream, table: false });
      return [{ name: encoded, size: value.length, content: contentOf(value) }];
    });
  });
}
