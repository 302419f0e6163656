import type { TreeEntry } from "./tree.ts";

/**
 * One line about an entry, as diffs show it beside the entry's path: `0644 root:root 1219 9f2c…` (size in bytes and the
 * whole SHA-256), `0755 root:root directory`, `0777 root:root link to ../lib/runtime`.
 */
export function describeEntry(entry: TreeEntry): string {
  const access = `${octalMode(entry.mode)} ${entry.owner}:${entry.group}`;
  switch (entry.type) {
    case "file":
      return `${access} ${entry.size} ${entry.sha256}`;
    case "directory":
      return `${access} directory`;
    case "symlink":
      return `${access} link to ${entry.target}`;
  }
}

/** `0755`: four octal digits. */
export function octalMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
