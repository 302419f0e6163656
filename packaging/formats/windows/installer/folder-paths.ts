import { damaged, shown } from "../database/damaged.ts";
import { type ReadRow, textOf } from "./rows.ts";

/** Folders of Windows by the names that the installer has for them: they are where Windows says. */
const systemFolder = /^[A-Z]\w*Folder(?:64)?$/;
const deepest = 64;

/**
 * Where each folder of a Directory table is: `ProgramFiles64Folder/Courier/bin`. The top (TARGETDIR) is an empty path.
 * Refuses (SLW-FORMAT) a folder that is inside of itself, or in one that there is not.
 */
export function folderPaths(rows: readonly ReadRow[]): ReadonlyMap<string, string> {
  const byKey = new Map(rows.map((row) => [textOf(row, "Directory"), row]));
  const paths = new Map<string, string>();
  for (const key of byKey.keys()) pathOf(key, byKey, paths, 0);
  return paths;
}

function pathOf(key: string, byKey: ReadonlyMap<string, ReadRow>, paths: Map<string, string>, depth: number): string {
  const known = paths.get(key);
  if (known !== undefined) return known;
  const row = byKey.get(key);
  if (row === undefined || depth > deepest) throw damaged(`the folder ${shown(key)} is in none, or in itself`);
  const path = ownPath(key, row, (parent) => pathOf(parent, byKey, paths, depth + 1));
  paths.set(key, path);
  return path;
}

function ownPath(key: string, row: ReadRow, pathOfParent: (parent: string) => string): string {
  if (systemFolder.test(key)) return key;
  const parent = textOf(row, "Directory_Parent");
  if (parent === "" || parent === key) return "";
  const name = longName(textOf(row, "DefaultDir").split(":")[0] ?? "");
  const above = pathOfParent(parent);
  if (name === ".") return above;
  return above === "" ? name : `${above}/${name}`;
}

/** The name that is seen, of a column that has a short one before it. */
export function longName(column: string): string {
  return column.slice(column.indexOf("|") + 1);
}
