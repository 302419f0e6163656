import { z } from "zod";
import type { ArtifactJob } from "../artifact.ts";
import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { isTablePath, plannedTables } from "../formats/windows/told-tables.ts";
import type { FileEntry, TreeEntry } from "../staging/tree.ts";
import { type DocumentKind, documentText, parseDocument } from "./document.ts";
import { artifactName, sha256Field, sizeField, strictlySorted } from "./fields.ts";

/** What is inside one artifact: enough to show, years later and without its bytes, what differs between two of them. */
export interface Inventory {
  readonly schema: 1;
  /** File name of the artifact. */
  readonly artifact: string;
  /** Sorted by path, as UTF-8 bytes. */
  readonly entries: readonly InventoryEntry[];
  /** Maintainer scripts, by name. */
  readonly scripts?: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /**
   * Text of what a machine will run or obey (units, sysusers.d, tmpfiles.d, launchd's property lists, scripts as
   * `DEBIAN/postinst` and `Scripts/postinstall`), of configuration, and of scripts that users run, by path, so that a diff can
   * show its lines. Tables of an .msi as `MSI/Upgrade.idt`.
   */
  readonly texts?: Readonly<Record<string, string>>;
}

/** One entry as far as its container tells: a zip archive names no owners, and not always modes. */
export interface ContentEntry {
  readonly path: string;
  readonly type: "directory" | "file" | "symlink";
  /** Four octal digits: "0644". */
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly config?: true;
  readonly target?: string;
}

/**
 * One entry. Only files have a size and a digest, and `config` where an upgrade keeps a user's edits; links a target. In an
 * .msi there are files alone, without mode, owner and group: Windows gives them the rights of their folder.
 */
export type InventoryEntry = ContentEntry &
  (
    | { readonly type: "directory" }
    | { readonly type: "file"; readonly size: number; readonly sha256: string }
    | { readonly type: "symlink"; readonly target: string }
  );

/** Most bytes that an inventory may have. */
export const inventoryLimit = 64 << 20;
/** Most bytes of one text that is kept. */
export const longestText = 64 << 10;
/**
 * Most bytes of one script that users run, and of all of them in an artifact: a product may bring thousands, and what is kept
 * is in the state of each stack too.
 */
export const longestScript = 32 << 10;
export const mostScriptBytes = 256 << 10;
/** Most entries that an inventory may have. */
export const mostEntries = 200_000;

/** Relative, forward slashes, nothing to climb or hide with, at most 4096 characters. */
export const entryPath = /^(?!\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?!.*\/\/)[^\p{Cc}\\]{1,4096}(?<!\/)$/u;
/** Name, or number, of a user or group. */
export const accountName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

const path = z.string().regex(entryPath, { error: "expected a relative path with forward slashes" });
const account = z.string().regex(accountName, { error: "expected the name of a user or group" });
const base = {
  path,
  mode: z
    .string()
    .regex(/^[0-7]{4}$/, { error: "expected four octal digits" })
    .exactOptional(),
  owner: account.exactOptional(),
  group: account.exactOptional(),
};
const target = z.string().regex(/^[^\p{Cc}\p{Cs}]{1,4096}$/u, { error: "expected the target of a link, in one line" });
const entrySchema = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ ...base, type: z.literal("directory") }),
    z.strictObject({
      ...base,
      type: z.literal("file"),
      size: sizeField,
      sha256: sha256Field,
      config: z.literal(true).exactOptional(),
    }),
    z.strictObject({ ...base, type: z.literal("symlink"), target }),
  ],
  { error: ({ code }) => (code === "invalid_union" ? "expected directory, file or symlink" : undefined) },
);
const scriptName = z.string().regex(/^[a-z]{1,32}$/, { error: "expected the name of a maintainer script" });

const schema = z
  .strictObject({
    schema: z.literal(1),
    artifact: artifactName,
    entries: z
      .array(entrySchema)
      .max(mostEntries)
      .refine((entries) => strictlySorted(entries.map((entry) => entry.path)), {
        error: "not sorted by path, or one is there twice",
      })
      .refine(nothingBelowFiles, { error: "a path is below one that is no directory" })
      .refine(wholeAccess, { error: "all entries have mode, owner and group, or all are files and none has" }),
    scripts: z.record(scriptName, z.strictObject({ size: sizeField, sha256: sha256Field })).exactOptional(),
    texts: z.record(path, z.string().max(longestText)).exactOptional(),
  })
  .refine((inventory) => textsAreTrue(inventory), { path: ["texts"], error: "a text is not that of its entry" });

const kind: DocumentKind<Inventory> = {
  name: "inventory",
  code: "SLW-RECORD",
  schema,
  newest: 1,
  limit: inventoryLimit,
};

/** Reads an inventory from the bucket. Refuses as `parseDocument` does. */
export function parseInventory(bytes: Uint8Array, where: string): Inventory {
  return parseDocument(bytes, where, kind);
}

/** Reads the inventory of one artifact. Refuses (SLW-RECORD) that of another, too. */
export function parseInventoryOf(bytes: Uint8Array, where: string, artifact: string): Inventory {
  const inventory = parseInventory(bytes, where);
  if (inventory.artifact === artifact) return inventory;
  throw refusal("SLW-RECORD", `${where} is the inventory of ${inventory.artifact}; that of ${artifact} belongs there.`);
}

/** The canonical text of an inventory, the one form in which it is stored. */
export function inventoryText(inventory: Inventory): string {
  return documentText(inventory, `the inventory of ${inventory.artifact}`, kind);
}

/** The inventory of an artifact, known before it is built. */
export function inventoryOf(job: ArtifactJob): Inventory {
  const entries = job.tree.entries.flatMap(job.format.kind === "msi" ? installedFile : entryOf);
  entries.sort((a, b) => byBytes(a.path, b.path));
  const scripts = "scripts" in job.format ? Object.entries(job.format.scripts) : [];
  const folder = job.format.kind === "pkg" ? "Scripts" : "DEBIAN";
  const files = job.tree.entries.filter((entry) => entry.type === "file");
  const texts = [
    ...files.filter(({ path }) => isObeyed(path)).flatMap(textOf),
    ...scriptTexts(files),
    ...scripts.map(([name, text]) => [`${folder}/${name}`, text] as const),
    ...(job.format.kind === "msi" ? plannedTables(job.tree, job.format) : []),
  ].filter(([, text]) => text.length <= longestText);
  return {
    schema: 1,
    artifact: job.name,
    entries,
    ...(scripts.length > 0 && { scripts: Object.fromEntries(scripts.map(([name, text]) => [name, measured(text)])) }),
    ...(texts.length > 0 && { texts: Object.fromEntries(texts) }),
  };
}

/** One line about an entry, as diffs show it beside the path: `0644 root:root 1219 9f2c…`. */
export function describeEntry(entry: InventoryEntry): string {
  const access = entry.mode === undefined ? "" : `${entry.mode} ${entry.owner}:${entry.group} `;
  switch (entry.type) {
    case "directory":
      return `${access}directory`;
    case "symlink":
      return `${access}link to ${entry.target}`;
    case "file":
      return `${access}${entry.size} ${entry.sha256}${entry.config === true ? " configuration" : ""}`;
  }
}

function entryOf(entry: TreeEntry): InventoryEntry {
  const { path, owner, group } = entry;
  const common = { path, mode: entry.mode.toString(8).padStart(4, "0"), owner, group };
  switch (entry.type) {
    case "directory":
      return { ...common, type: "directory" };
    case "symlink":
      return { ...common, type: "symlink", target: entry.target };
    case "file": {
      const { size, sha256 } = entry;
      return { ...common, type: "file", size, sha256, ...(entry.config && { config: true as const }) };
    }
  }
}

/** As much as an .msi has of an entry. */
function installedFile(entry: TreeEntry): InventoryEntry[] {
  if (entry.type !== "file") return [];
  const { path, size, sha256, config } = entry;
  return [{ path, type: "file", size, sha256, ...(config && { config: true as const }) }];
}

/**
 * Configuration, and where systemd and launchd find what they run: systemd.unit(5), sysusers.d(5), tmpfiles.d(5),
 * launchd.plist(5). On a Mac, libexec has the scripts by which a package is removed and a download released.
 */
const obeyed =
  /^(?:(?:usr\/local\/)?etc\/|(?:usr\/)?lib\/(?:systemd\/|sysusers\.d\/|tmpfiles\.d\/)|Library\/LaunchDaemons\/[^/]+\.plist$|usr\/local\/libexec\/)/;

/** Whether a machine runs, obeys or is configured by what is at a path, so that its text is kept. */
export function isObeyed(path: string): boolean {
  return obeyed.test(path);
}

/** Whether a path is that of a script, of PowerShell or a shell, that users or other programs run. */
export function isScript(path: string): boolean {
  return /\.(?:ps1|psm1|psd1|sh)$/i.test(path) && !isObeyed(path);
}

/** The texts of scripts, in the order of their paths, for as long as there is room. */
function scriptTexts(files: readonly FileEntry[]): readonly (readonly [string, string])[] {
  let room = mostScriptBytes;
  return files
    .filter(({ path, size }) => isScript(path) && size <= longestScript)
    .sort((a, b) => byBytes(a.path, b.path))
    .flatMap((entry) => {
      if (entry.size > room) return [];
      const text = textOf(entry);
      if (text.length > 0) room -= entry.size;
      return text;
    });
}

function textOf(entry: FileEntry): readonly (readonly [string, string])[] {
  if (entry.content.kind !== "bytes") return [];
  const bytes = Buffer.from(entry.content.base64, "base64");
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? [[entry.path, text]] : [];
}

/** Under which path the text of a maintainer script is kept: where the package itself has it, deb(5) or pkgbuild(1). */
export function scriptPaths(name: string): readonly string[] {
  return [`DEBIAN/${name}`, `Scripts/${name}`];
}

function measured(text: string): { readonly size: number; readonly sha256: string } {
  return { size: Buffer.byteLength(text), sha256: sha256(text) };
}

/** What is in a directory comes behind it; a directory itself need not be listed. */
function nothingBelowFiles(entries: readonly InventoryEntry[]): boolean {
  const others = new Set(entries.filter(({ type }) => type !== "directory").map((entry) => entry.path));
  return entries.every((entry) => !parentsOf(entry.path).some((parent) => others.has(parent)));
}

/** What an archive or a package has is said of all entries; an .msi has files alone, and nothing of it. */
function wholeAccess(entries: readonly InventoryEntry[]): boolean {
  const has = ({ mode, owner, group }: InventoryEntry) => [mode, owner, group].filter((it) => it !== undefined).length;
  return entries.every((it) => has(it) === 3) || entries.every((it) => has(it) === 0 && it.type === "file");
}

function parentsOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
}

/** A text is shown to people as what an entry holds, so it must have that entry's digest; a table of an .msi is told here alone. */
function textsAreTrue({
  artifact,
  entries,
  scripts,
  texts,
}: Pick<Inventory, "artifact" | "entries" | "scripts" | "texts">): boolean {
  const digests = new Map<string, string>();
  for (const entry of entries) if (entry.type === "file") digests.set(entry.path, entry.sha256);
  for (const [name, script] of Object.entries(scripts ?? {}))
    for (const path of scriptPaths(name)) digests.set(path, script.sha256);
  return Object.entries(texts ?? {}).every(([path, text]) =>
    digests.has(path) ? digests.get(path) === sha256(text) : artifact.endsWith(".msi") && isTablePath(path),
  );
}
