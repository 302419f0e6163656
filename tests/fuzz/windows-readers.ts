import assert from "node:assert/strict";
import { type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { readCabinet } from "../../packaging/formats/windows/cabinet/cabinet-reader.ts";
import { readCfb } from "../../packaging/formats/windows/cfb/cfb-reader.ts";
import { readDatabase } from "../../packaging/formats/windows/database/database-reader.ts";
import { iceMistakes } from "../../packaging/formats/windows/installer/ice/ice.ts";
import { readInstaller } from "../../packaging/formats/windows/installer/installer-reader.ts";
import type { Damaged } from "./damage.ts";
import { databaseParts } from "./windows-seeds.ts";

/** What each reader of Windows' formats promises, whatever it is given. */

/** Its list of files has no checksum, and those of its blocks are weak: several wrong bytes may cancel each other. */
export async function readCabinetFile(bytes: Uint8Array): Promise<void> {
  const names = new Set<string>();
  for await (const { name, size, content } of readCabinet(contentOf(bytes))) {
    assert.equal((await collect(content)).length, size);
    assert.ok(!names.has(name), "none twice");
    names.add(name);
  }
}

async function withFile<Result>(
  bytes: Uint8Array,
  folder: string,
  use: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const name = join(folder, "windows");
  await writeFile(name, bytes);
  const file = await open(name);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** No more comes out of a file than is in it. */
export function readCompoundFile(bytes: Uint8Array, folder: string): Promise<void> {
  return withFile(bytes, folder, async (file) => {
    let sum = 0;
    for (const { size, content } of (await readCfb(file, bytes.length)).streams) {
      assert.equal((await collect(content())).length, size);
      sum += size;
    }
    assert.ok(sum <= bytes.length);
  });
}

/** One stream of a database is another. */
export async function readDatabaseOf(bytes: Uint8Array, { seed }: Damaged): Promise<void> {
  const streams = databaseParts.map(([path, whole], at) => {
    const content = at === seed ? bytes : whole;
    return { path, size: content.length, content: () => contentOf(content) };
  });
  const { tables } = await readDatabase(streams);
  for (const { columns, rows } of tables.values()) assert.ok(rows.every(({ length }) => length === columns.size));
}

/** All of an .msi, as who inspects it reads it. */
export function readInstallerFile(bytes: Uint8Array, folder: string): Promise<void> {
  return withFile(bytes, folder, async (file) => {
    const found = await readInstaller(file, bytes.length);
    for (const { message } of iceMistakes(found)) assert.ok(message.length < 100_000);
    for await (const { size, content } of found.files()) assert.equal((await collect(content)).length, size);
  });
}
