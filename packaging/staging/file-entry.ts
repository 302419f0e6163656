import { inlineBytes } from "./input-file.ts";
import type { Content, FileEntry, Part } from "./tree.ts";

interface Placement {
  readonly part: Part;
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly config?: boolean;
}

/** A file of a tree: by default 0644, of root, and not configuration. */
export function fileEntry(
  path: string,
  { size, sha256, content }: { readonly size: number; readonly sha256: string; readonly content: Content },
  { part, mode = 0o644, owner = "root", group = "root", config = false }: Placement,
): FileEntry {
  return { type: "file", path, mode, owner, group, part, size, sha256, content, config };
}

/** A file whose few bytes travel in the tree. */
export function inlineEntry(path: string, bytes: Uint8Array | string, part: Part): FileEntry {
  return fileEntry(path, inlineBytes(typeof bytes === "string" ? Buffer.from(bytes) : bytes), { part });
}
