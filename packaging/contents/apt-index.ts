import { byBytes } from "../byte-order.ts";
import { isoSeconds } from "../clock.ts";
import { refusal } from "../errors.ts";
import { type ContentEntry, entryPath } from "../record/inventory.ts";
import { parseParagraph } from "../repositories/apt/deb822.ts";
import { cleartextOf, parseRelease } from "../repositories/apt/release-file.ts";
import type { Inside } from "./contents.ts";

/** What `Release` or `InRelease` of a suite says: the suite and its indices. Signatures are not checked here. */
export function readAptRelease(bytes: Uint8Array, name: string): Inside {
  const text = Buffer.from(bytes).toString("utf8");
  const signed = text.startsWith("-----BEGIN") ? cleartextOf(text) : text;
  const release = signed === undefined ? undefined : parseRelease(signed);
  if (release === undefined) throw refusal("SLW-FORMAT", `${name} is not a Release file of a suite of ours.`);
  const { suite, date, snapshot, files } = release;
  const entries = Object.entries(files).map(([path, file]) => indexed(name, path, file.size, file.sha256));
  return { facts: { suite, time: isoSeconds(date), snapshot }, entries: sorted(entries) };
}

/** The packages that an index `Packages` lists, by the files that hold them. */
export function readAptPackages(bytes: Uint8Array, name: string): Inside {
  const stanzas = Buffer.from(bytes)
    .toString("utf8")
    .split("\n\n")
    .filter((stanza) => stanza.trim() !== "");
  const entries = new Map<string, ContentEntry>();
  for (const stanza of stanzas) {
    const fields = parseParagraph(`${stanza.trimEnd()}\n`);
    const [path, size, sha256] = ["Filename", "Size", "SHA256"].map((field) => fields?.get(field) ?? "");
    if (path === undefined || !/^[0-9]{1,15}$/.test(size ?? "") || !/^[0-9a-f]{64}$/.test(sha256 ?? "")) {
      throw refusal("SLW-FORMAT", `${name} has a stanza without a Filename, Size or SHA256 that can be read.`);
    }
    entries.set(path, indexed(name, path, Number(size), sha256 ?? ""));
  }
  return { facts: { packages: stanzas.length }, entries: sorted([...entries.values()]) };
}

function indexed(name: string, path: string, size: number, sha256: string): ContentEntry {
  if (!entryPath.test(path))
    throw refusal("SLW-FORMAT", `${name} names the file ${JSON.stringify(path)}, no plain path.`);
  return { path, type: "file", size, sha256 };
}

function sorted(entries: readonly ContentEntry[]): readonly ContentEntry[] {
  return entries.toSorted((a, b) => byBytes(a.path, b.path));
}
