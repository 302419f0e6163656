import { posix } from "node:path";
import { type Mistake, refuseMistakes } from "../../../errors.ts";
import type { DirectoryEntry, FileEntry, Tree, TreeEntry } from "../../../staging/tree.ts";
import { whyNotOnWindows } from "../../../staging/windows-name.ts";
import { componentCode } from "./identity.ts";
import { fileNameColumn, keyOf } from "./names.ts";
import type { MsiOptions } from "./options.ts";
import { mostServices } from "./service-actions.ts";

/** What Windows' list of programs shows of a ProductName. */
const longestTitle = 63;

/** It is part of command lines. */
const serviceName = /^[\w.-]{1,80}$/;

/** The folder that holds everything, as a key of the Directory table. */
export const rootFolder = "INSTALLDIR";
/** The component that the folders belong to. */
export const folderComponent = "component.folders";

/** A folder below the root one. */
export interface InstalledFolder {
  readonly key: string;
  readonly parent: string;
  readonly path: string;
  /** As the DefaultDir column has it. */
  readonly name: string;
}

/** A file, which is a component of its own: the component's GUID and key path then follow from one path. */
export interface InstalledFile {
  readonly entry: FileEntry;
  readonly key: string;
  readonly component: string;
  readonly guid: string;
  readonly folder: string;
  /** As the FileName column has it. */
  readonly name: string;
  /** Its place in the cabinet, from 1. */
  readonly sequence: number;
}

export interface InstallLayout {
  readonly folders: readonly InstalledFolder[];
  readonly files: readonly InstalledFile[];
  /** Of the component of the folders. */
  readonly folderGuid: string;
}

/** Where each entry of a tree goes. Refuses (SLW-FORMAT), all at once, what Windows or its installer cannot hold. */
export function layOutTree(tree: Tree, options: MsiOptions): InstallLayout {
  refuseMistakes(mistakesOf(tree, options));
  const taken = new Map<string, Set<string>>();
  const nameIn = (folder: string, path: string) => {
    const names = taken.get(folder) ?? new Set();
    taken.set(folder, names);
    return fileNameColumn(posix.basename(path), names);
  };
  const folders = tree.entries.filter(isDirectory).map(({ path }): InstalledFolder => {
    const parent = folderKey(posix.dirname(path));
    return { key: folderKey(path), parent, path, name: nameIn(parent, path) };
  });
  const files = tree.entries.filter(isFile).map((entry, at): InstalledFile => {
    const { path } = entry;
    const folder = folderKey(posix.dirname(path));
    const guid = componentCode(options, `${options.folder}/${path}`);
    const [key, component] = [keyOf("file", path), keyOf("component", path)];
    return { entry, key, component, guid, folder, name: nameIn(folder, path), sequence: at + 1 };
  });
  return { folders, files, folderGuid: componentCode(options, options.folder) };
}

/** The key of a folder of the tree; `.` is the root one. */
export function folderKey(path: string): string {
  return path === "." ? rootFolder : keyOf("dir", path);
}

const isDirectory = (entry: TreeEntry): entry is DirectoryEntry => entry.type === "directory";
const isFile = (entry: TreeEntry): entry is FileEntry => entry.type === "file";

function mistakesOf({ entries }: Tree, options: MsiOptions): Mistake[] {
  const found: Mistake[] = [];
  const say = (message: string, hint?: string) => found.push({ code: "SLW-FORMAT", message, hint });
  const seen = new Map<string, string>();
  const filled = new Set<string>();
  for (const entry of entries) if (entry.type !== "directory") for (const up of foldersOf(entry.path)) filled.add(up);
  for (const { type, path } of entries) {
    const why = whyNotOnWindows(path);
    if (why !== undefined) say(`${path} ${why}.`);
    if (type === "symlink") say(`${path} is a link; Windows Installer has none.`, "Ship what it points to.");
    if (type === "directory" && !filled.has(path)) say(`${path} is an empty folder, which this .msi would not make.`);
    const other = seen.get(path.toLowerCase());
    if (other !== undefined) say(`${path} and ${other} are one name on Windows.`);
    seen.set(path.toLowerCase(), path);
  }
  if (!entries.some(isFile)) say("The .msi would install no file.");
  if (options.title.length > longestTitle) {
    say(`The title has ${options.title.length} characters: ${options.title}`, `Windows lists ${longestTitle} of them.`);
  }
  const fileAt = (path: string) => entries.some((entry) => isFile(entry) && entry.path === path);
  if (options.services.length > mostServices)
    say(`There are ${options.services.length} services.`, `${mostServices} are possible.`);
  for (const { name, program } of options.services) {
    if (!serviceName.test(name))
      say(
        `${JSON.stringify(name)} is no name of a service.`,
        "It has 1 to 80 letters, digits, dots, dashes and underscores.",
      );
    if (!fileAt(program)) say(`The service ${name} is to run ${program}, which is no file.`);
  }
  for (const [hook, path] of Object.entries(options.hooks ?? {})) {
    if (!/\.ps1$/i.test(path)) say(`The hook ${hook} is ${path}, which is no PowerShell script (.ps1).`);
    if (!fileAt(path)) say(`The hook ${hook} is to run ${path}, which is no file.`);
  }
  const whyNotFolder = options.folder.includes("/") ? "has a slash" : whyNotOnWindows(options.folder);
  if (whyNotFolder !== undefined) say(`The folder in Program Files ${whyNotFolder}: ${options.folder}`);
  if (options.path !== undefined && !filled.has(options.path))
    say(`${options.path} is to be on the PATH, and has no file.`);
  return found;
}

function foldersOf(path: string): string[] {
  const up = posix.dirname(path);
  return up === "." ? [] : [up, ...foldersOf(up)];
}
