import { isoSeconds } from "../clock.ts";
import { type ReadTarEntry, readTar } from "../containers/tar-reader.ts";
import { refusal } from "../errors.ts";
import { accountName, type ContentEntry } from "../record/inventory.ts";
import type { Budget } from "./budget.ts";
import type { Facts, Inside } from "./contents.ts";
import { EntryList } from "./entry-list.ts";

/** Longest name in bytes; an inventory's paths have as many characters at most. */
const longestName = 4096;
/** 9999-12-31: the last second that has a date of the usual form. */
const lastSecond = 253_402_300_799;

/** Reads the entries of a tar archive that is not compressed any more. `flat`: a package's data has no root folder. */
export async function readTarInside(
  source: AsyncIterable<Uint8Array>,
  budget: Budget,
  flat: boolean,
): Promise<Pick<Inside, "entries" | "facts"> & { readonly texts: ReadonlyMap<string, string> }> {
  const list = new EntryList(budget);
  const times = new Set<number>();
  // The list counts entries, long names included in theirs: the reader's own count is for those who have none.
  for await (const entry of readTar(budget.unpack(source), { entries: Number.MAX_SAFE_INTEGER, name: longestName })) {
    if (times.size < 2) times.add(entry.mtime);
    const path = entry.path.replace(/^(?:\.\/)+/, "");
    if (entry.type === "directory" && (path === "." || path === "")) continue;
    await list.add(contentEntry(entry, path), entry.content);
  }
  const { root, entries, texts } = list.finish(flat);
  return { facts: { ...(root !== undefined && { root }), ...timeFact(times) }, entries, texts };
}

function contentEntry(entry: ReadTarEntry, path: string): ContentEntry {
  const { type, target } = entry;
  const mode = octalMode(entry.mode, path);
  const owner = account(entry.owner, entry.uid, path);
  const group = account(entry.group, entry.gid, path);
  return { path, type, mode, owner, group, ...(type === "symlink" && { target }) };
}

/** Permission bits as four octal digits; refuses (SLW-FORMAT) what is more than permission bits. */
export function octalMode(mode: number, path: string): string {
  if (mode > 0o7777) throw refusal("SLW-FORMAT", `${JSON.stringify(path)} has the mode ${mode}, which is none.`);
  return mode.toString(8).padStart(4, "0");
}

function account(name: string, number: number, path: string): string {
  const found = name === "" ? `${number}` : name;
  if (accountName.test(found)) return found;
  throw refusal("SLW-FORMAT", `${JSON.stringify(path)} belongs to ${JSON.stringify(found)}, which is no account.`);
}

/** The time of all entries, where they share one, as archives that can be built again do. */
export function timeFact(times: ReadonlySet<number>): Facts {
  const [time, ...more] = times;
  return time === undefined || more.length > 0 || !(time <= lastSecond) ? {} : { time: isoSeconds(time) };
}
