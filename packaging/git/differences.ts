import { createHash } from "node:crypto";
import { refusal } from "../errors.ts";
import type { Entry } from "./branch.ts";
import { foldersOf } from "./names.ts";

/** Path → text. */
export type Files = Readonly<Record<string, string>>;

const plainFile = "100644";
const folder = "040000";

/** Id that git gives a file with this text: the SHA-1 of a blob object. */
export function blobId(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** What is not as `files` say, as lines of drift: `Formula/runtime.rb: altered`. */
export function differencesFrom(files: Files, entries: ReadonlyMap<string, Entry>): readonly string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const entry = entries.get(path);
    if (entry === undefined) return [`${path}: missing`];
    return entry.mode === plainFile && entry.id === blobId(text) ? [] : [`${path}: altered`];
  });
}

/** Whether this is a file, and no link, folder or submodule. */
export function isFile(entry: Entry | undefined): boolean {
  return entry?.mode.startsWith("100") === true;
}

/**
 * Refuses (SLW-GIT) to write over what is no file at one of these paths (a link, a submodule, a folder), and through what is
 * no folder above it. `gone`: files that are removed in the same step.
 */
export function refuseObstacles(
  remote: string,
  paths: readonly string[],
  entries: ReadonlyMap<string, Entry>,
  gone: readonly string[],
): void {
  for (const path of paths) {
    const entry = entries.get(path);
    if (entry !== undefined && !isFile(entry)) throw obstacle(remote, path, entry);
    for (const above of foldersOf(path)) {
      const found = entries.get(above);
      if (found !== undefined && found.mode !== folder && !gone.includes(above)) throw obstacle(remote, above, found);
    }
  }
}

const kinds: Readonly<Record<string, string>> = {
  "040000": "a folder",
  "120000": "a symbolic link",
  "160000": "a submodule",
};

function obstacle(remote: string, path: string, { mode }: Entry): Error {
  return refusal(
    "SLW-GIT",
    `${path} is ${kinds[mode] ?? "a file"} in ${remote}, and in the way of what is to be written there.`,
    {
      hint: "Remove it there, or name another repository or branch. Nothing was written.",
    },
  );
}
