import type { FileHandle } from "node:fs/promises";
import { byBytes } from "../byte-order.ts";
import { type ReadInstaller, readInstaller } from "../formats/windows/installer/installer-reader.ts";
import { propertyOf, rowsOf, textOf } from "../formats/windows/installer/rows.ts";
import { toldTables } from "../formats/windows/told-tables.ts";
import { longestText } from "../record/inventory.ts";
import type { Budget } from "./budget.ts";
import type { Facts, Inside } from "./contents.ts";
import { EntryList } from "./entry-list.ts";
import { timeFact } from "./tar.ts";

/**
 * Reads a Windows Installer package: its files below the product's folder, its properties as control fields, and each
 * further table, which the installer obeys, as a text of the form that Windows writes it to a file.
 */
export async function readMsiInside(file: FileHandle, size: number, budget: Budget): Promise<Inside> {
  const installer = await readInstaller(file, size);
  const { root } = installer;
  const list = new EntryList(budget);
  for await (const { path, kept, content } of installer.files()) {
    const inside = root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
    await list.add({ path: inside, type: "file", ...(kept && { config: true }) }, budget.unpack(content));
  }
  const { entries, texts: files } = list.finish(true);
  const tables = toldTables(installer.database.tables).filter(([, text]) => text.length <= longestText);
  for (const [, text] of tables) budget.text(Buffer.byteLength(text));
  const texts = [...files, ...tables];
  return {
    facts: factsOf(installer),
    control: rowsOf(installer, "Property")
      .map((row) => [textOf(row, "Property"), textOf(row, "Value")] as const)
      .sort(([a], [b]) => byBytes(a, b)),
    entries,
    ...(texts.length > 0 && { texts: Object.fromEntries(texts) }),
  };
}

function factsOf({ summary, root, ...tables }: ReadInstaller): Facts {
  const { template, revision, created } = summary;
  return {
    ...(template !== undefined && { template }),
    ...(revision !== undefined && { "package code": revision }),
    ...(propertyOf({ ...tables, summary }, "ALLUSERS") === "1" && { scope: "machine" }),
    ...(root !== "" && { root }),
    ...(created !== undefined && created >= 0 && timeFact(new Set([created]))),
  };
}
