import { gunzip } from "../compression/gunzip.ts";
import { refusal } from "../errors.ts";
import type { BomEntry } from "../formats/macos/bom-layout.ts";
import { Cksum, cksum } from "../formats/macos/cksum.ts";
import { type ReadCpioEntry, readCpio } from "../formats/macos/cpio-reader.ts";
import type { ReadXarMember } from "../formats/macos/xar-reader.ts";
import { shorten } from "../manifest/printable.ts";
import type { ContentEntry } from "../record/inventory.ts";
import type { Budget } from "./budget.ts";
import type { Inside } from "./contents.ts";
import { EntryList } from "./entry-list.ts";
import { octalMode, timeFact } from "./tar.ts";

/** Longest name in bytes; an inventory's paths have as many characters at most. */
const longestName = 4096;

/**
 * Reads the payload of a macOS package's component, and holds its Bom against it: macOS removes and repairs by the Bom. Each
 * entry has to be in both, with the same type, mode, owner, size, checksum and target; else it is refused as SLW-FORMAT.
 */
export async function readPayload(
  payload: ReadXarMember,
  bom: readonly BomEntry[],
  budget: Budget,
): Promise<Pick<Inside, "entries" | "facts"> & { readonly texts: Readonly<Record<string, string>> }> {
  const expected = new Map(bom.map((entry) => [entry.path, entry]));
  const list = new EntryList(budget);
  const times = new Set<number>();
  const limits = { entries: Number.MAX_SAFE_INTEGER, name: longestName };
  for await (const entry of readCpio(budget.unpack(gunzip(payload.content())), limits)) {
    if (times.size < 2) times.add(entry.mtime);
    const sum = new Cksum();
    const path = entry.path.replace(/^\.\//, "");
    if (path !== ".") await list.add(contentEntry(entry, path), summed(entry.content, sum));
    requireAgreement(entry, expected.get(entry.path), sum);
    expected.delete(entry.path);
  }
  const [left] = expected.keys();
  if (left !== undefined) throw unexpectedInPkg(`${JSON.stringify(shorten(left))} in its Bom and not in its payload`);
  const { entries, texts } = list.finish(true);
  return { facts: timeFact(times), entries, texts: Object.fromEntries(texts) };
}

async function* summed(content: AsyncIterable<Uint8Array>, sum: Cksum): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    sum.update(chunk);
    yield chunk;
  }
}

/** The payload names accounts by numbers only. 0 is root as a group too, as in a tree: a Mac calls that group wheel. */
function contentEntry({ type, mode, uid, gid, target }: ReadCpioEntry, path: string): ContentEntry {
  const account = (number: number) => (number === 0 ? "root" : `${number}`);
  const access = { mode: octalMode(mode, path), owner: account(uid), group: account(gid) };
  return { path, type, ...access, ...(type === "symlink" && { target }) };
}

function requireAgreement(entry: ReadCpioEntry, bom: BomEntry | undefined, sum: Cksum): void {
  const { type, mode, uid, gid, target } = entry;
  const found = { type, mode, uid, gid, target, ...contentSum(entry, sum) };
  const differs = (Object.keys(found) as (keyof typeof found)[]).filter((key) => found[key] !== bom?.[key]);
  if (differs.length === 0) return;
  const what = bom === undefined ? "has no such entry" : `has another ${differs.join(", ")}`;
  throw unexpectedInPkg(`${JSON.stringify(shorten(entry.path))} in its payload, of which its Bom ${what}`);
}

function contentSum({ type, size, target }: ReadCpioEntry, sum: Cksum): Pick<BomEntry, "size" | "checksum"> {
  switch (type) {
    case "file":
      return { size, checksum: sum.value() };
    case "symlink":
      return { size: Buffer.byteLength(target), checksum: cksum(Buffer.from(target)) };
    case "directory":
      return { size: 0, checksum: 0 };
  }
}

/** The refusal of a package; `what` is what it has. */
export function unexpectedInPkg(what: string): Error {
  return refusal("SLW-FORMAT", `The macOS package cannot be read: it has ${what}.`);
}
