import type { FileHandle } from "node:fs/promises";
import { readZip } from "../containers/zip-reader.ts";
import type { Budget } from "./budget.ts";
import type { Inside } from "./contents.ts";
import { EntryList } from "./entry-list.ts";
import { octalMode, timeFact } from "./tar.ts";

/** Reads a zip archive. It names no owners, and modes only where a Unix program made it. */
export async function readZipInside(file: FileHandle, size: number, budget: Budget): Promise<Inside> {
  const list = new EntryList(budget);
  const times = new Set<number>();
  for await (const { path, type, mode, mtime, target, content } of readZip(file, size)) {
    if (times.size < 2) times.add(mtime ?? Number.NaN);
    const access = mode === undefined ? {} : { mode: octalMode(mode, path) };
    await list.add({ path, type, ...access, ...(type === "symlink" && { target }) }, budget.unpack(content));
  }
  const { root, entries, texts } = list.finish(false);
  return {
    facts: { ...(root !== undefined && { root }), ...timeFact(times) },
    entries,
    ...(texts.size > 0 && { texts: Object.fromEntries(texts) }),
  };
}
