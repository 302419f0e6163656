import type { FileHandle } from "node:fs/promises";
import { collect } from "../../../containers/member-content.ts";
import { readCabinet } from "../cabinet/cabinet-reader.ts";
import { readCfb } from "../cfb/cfb-reader.ts";
import { damaged, shown } from "../database/damaged.ts";
import { type ReadDatabase, readDatabase } from "../database/database-reader.ts";
import { readSummary, type SummaryInformation, summaryStream } from "../summary/summary-information.ts";
import { folderPaths, longName } from "./folder-paths.ts";
import { rootFolder } from "./layout.ts";
import { type InstallerTables, numberIn, type ReadRow, rowsOf, textOf } from "./rows.ts";

/** A file that an installer installs. Its content is streamed; what is left unread is skipped when the next is asked for. */
export interface ReadInstalledFile {
  /** Where it goes, with the name of Windows' folder first: `ProgramFiles64Folder/Courier/bin/courier.exe`. */
  readonly path: string;
  readonly size: number;
  /** It is not written over where it is already. */
  readonly kept: boolean;
  readonly version: string | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ReadInstaller extends InstallerTables {
  /** The product's own folder, as a path has it; empty where it has none of the usual name. */
  readonly root: string;
  /** In the order of the cabinets, once. */
  files(): AsyncGenerator<ReadInstalledFile>;
}

const neverOverwrite = 0x80;

/**
 * Reads an .msi whose cabinets are inside of it: what it says of itself, its tables, and its files. Damage, files that no
 * table has and files that no cabinet has are refused as SLW-FORMAT; memory is bounded whatever the file says.
 */
export async function readInstaller(file: FileHandle, size: number): Promise<ReadInstaller> {
  const { streams } = await readCfb(file, size);
  const database = await readDatabase(streams);
  const summary = await summaryOf(database);
  const tables = { database, summary };
  const folders = folderPaths(rowsOf(tables, "Directory"));
  return { ...tables, root: folders.get(rootFolder) ?? "", files: () => filesOf(tables, folders) };
}

async function summaryOf({ streams }: ReadDatabase): Promise<SummaryInformation> {
  const stream = streams.get(summaryStream);
  if (stream === undefined) throw damaged("it has no summary information");
  return readSummary(await collect(stream.content()));
}

async function* filesOf(
  subject: InstallerTables,
  folders: ReadonlyMap<string, string>,
): AsyncGenerator<ReadInstalledFile> {
  const components = new Map(rowsOf(subject, "Component").map((row) => [textOf(row, "Component"), row]));
  const missing = new Map(rowsOf(subject, "File").map((row) => [textOf(row, "File"), row]));
  for (const media of rowsOf(subject, "Media")) {
    const name = textOf(media, "Cabinet");
    if (name === "") continue;
    const cabinet = subject.database.streams.get(name.slice(1));
    if (!name.startsWith("#") || cabinet === undefined) throw damaged(`its cabinet ${shown(name)} is not inside`);
    for await (const { name: key, size, content } of readCabinet(cabinet.content())) {
      const row = missing.get(key);
      if (row === undefined || numberIn(row, "FileSize") !== size) {
        throw damaged(`the file ${shown(key)} of its cabinet is in no table, or of another size there`);
      }
      missing.delete(key);
      yield { ...placeOf(row, components, folders), size, content };
    }
  }
  const [gone] = missing.keys();
  if (gone !== undefined) throw damaged(`the file ${shown(gone)} is in none of its cabinets`);
}

function placeOf(
  file: ReadRow,
  components: ReadonlyMap<string, ReadRow>,
  folders: ReadonlyMap<string, string>,
): Pick<ReadInstalledFile, "path" | "kept" | "version"> {
  const component = components.get(textOf(file, "Component_"));
  const folder = component === undefined ? undefined : folders.get(textOf(component, "Directory_"));
  if (component === undefined || folder === undefined) {
    throw damaged(`the file ${shown(textOf(file, "File"))} is in no folder`);
  }
  const name = longName(textOf(file, "FileName"));
  const version = textOf(file, "Version");
  return {
    path: folder === "" ? name : `${folder}/${name}`,
    kept: (numberIn(component, "Attributes") & neverOverwrite) !== 0,
    version: version === "" ? undefined : version,
  };
}
