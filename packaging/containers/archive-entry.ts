import { refusal } from "../errors.ts";

interface EntryBase {
  /** With forward slashes; `./usr/bin/x` or `runtime-1.0.0/bin/x`. A directory's final slash is added by the writer. */
  readonly path: string;
  /** Permission bits only, at most 07777. */
  readonly mode: number;
  /** Only `root` is written: user names have no fixed number, so a package cannot carry them. */
  readonly owner: string;
  readonly group: string;
}

/** What an archive of ours holds, tar and zip alike. */
export type ArchiveEntry =
  | (EntryBase & { readonly type: "directory" })
  | (EntryBase & { readonly type: "symlink"; readonly target: string })
  | (EntryBase & { readonly type: "file"; readonly size: number; readonly content: AsyncIterable<Uint8Array> });

/** Refuses (SLW-FORMAT) an entry that no archive may hold. `archive` names the kind in the message: `a tar archive`. */
export function checkArchiveEntry(entry: ArchiveEntry, archive: string): void {
  const { path, mode, owner, group } = entry;
  const refuse = (what: string) =>
    refusal("SLW-FORMAT", `${JSON.stringify(path)} cannot be put in ${archive}: ${what}`);
  if (path === "" || path.includes("\0") || !path.isWellFormed()) throw refuse("its name is no valid text.");
  if (path.startsWith("/") || path.endsWith("/")) throw refuse("expected a relative name without a slash at its end.");
  if (path.split("/").includes("..")) throw refuse("its name leaves the archive.");
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) throw refuse(`its mode is ${mode}.`);
  if (owner !== "root" || group !== "root") {
    throw refusal("SLW-FORMAT", `${path} is owned by ${owner}:${group}; a package ships files of root:root only.`, {
      hint: "Other owners have no fixed number on the user's machine: let tmpfiles.d or the service make such files.",
    });
  }
  if (entry.type === "symlink" && (entry.target === "" || /\0/.test(entry.target) || !entry.target.isWellFormed())) {
    throw refuse("its link target is no valid text.");
  }
  if (entry.type === "file" && !(Number.isSafeInteger(entry.size) && entry.size >= 0)) {
    throw refuse(`its size is ${entry.size}.`);
  }
}
