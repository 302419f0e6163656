import { type ReadArMember, readAr } from "../containers/ar-reader.ts";
import { collect } from "../containers/member-content.ts";
import { readTar } from "../containers/tar-reader.ts";
import { refusal } from "../errors.ts";
import { type ContentEntry, longestText } from "../record/inventory.ts";
import { parseParagraph } from "../repositories/apt/deb822.ts";
import type { Budget } from "./budget.ts";
import { decompressors } from "./compressions.ts";
import type { Inside } from "./contents.ts";
import { measure } from "./measure.ts";
import { readTarInside } from "./tar.ts";

/** What dpkg runs, deb(5) and deb-src-files(5); every other control file is data. */
const scriptNames: ReadonlySet<string> = new Set(["preinst", "postinst", "prerm", "postrm", "config"]);
/** Most bytes of `control` or `conffiles`. */
const largestControl = 1 << 20;
const mostControlFiles = 100;

/** Reads a Debian package, deb(5): the three members that it has, in their order. */
export async function readDeb(source: AsyncIterable<Uint8Array>, budget: Budget): Promise<Inside> {
  let number = 0;
  let control: ControlFiles | undefined;
  let data: Awaited<ReturnType<typeof readTarInside>> | undefined;
  const compression = new Set<string>();
  for await (const member of readAr(source)) {
    number += 1;
    if (number === 1) await requireVersion(member);
    else if (number === 2) control = await readControl(budget.unpack(plainOf(member, "control", compression)), budget);
    else if (number === 3) data = await readTarInside(plainOf(member, "data", compression), budget, true);
    else throw unexpected(`a fourth member ${JSON.stringify(member.name)}`);
  }
  if (control === undefined || data === undefined) throw unexpected(`only ${number} of the three members`);
  const { fields, scripts, conffiles } = control;
  const texts = { ...Object.fromEntries(data.texts), ...Object.fromEntries(control.texts) };
  return {
    facts: { compression: [...compression].join(", "), ...data.facts },
    control: fields,
    entries: data.entries.map((entry) => (conffiles.has(`/${entry.path}`) ? withConfig(entry) : entry)),
    ...(scripts.size > 0 && { scripts: Object.fromEntries(scripts) }),
    ...(Object.keys(texts).length > 0 && { texts }),
  };
}

function withConfig(entry: ContentEntry): ContentEntry {
  return entry.type === "file" ? { ...entry, config: true } : entry;
}

async function requireVersion({ name, size, content }: ReadArMember): Promise<void> {
  const version = name === "debian-binary" && size < 100 ? (await collect(content)).toString("latin1") : "";
  if (version !== "2.0\n") throw unexpected("no debian-binary of version 2.0 at its start");
}

/** A member's tar archive, decompressed. */
function plainOf({ name, content }: ReadArMember, stem: string, compression: Set<string>): AsyncIterable<Uint8Array> {
  const [, found, extension] = /^(control|data)\.tar(?:\.(gz|xz|zst))?$/.exec(name) ?? [];
  if (found !== stem) throw unexpected(`the member ${JSON.stringify(name)} in the place of ${stem}.tar`);
  compression.add(extension ?? "none");
  return extension === undefined ? content : decompressors[extension as keyof typeof decompressors](content);
}

interface ControlFiles {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly conffiles: ReadonlySet<string>;
  readonly scripts: ReadonlyMap<string, { readonly size: number; readonly sha256: string }>;
  readonly texts: ReadonlyMap<string, string>;
}

async function readControl(source: AsyncIterable<Uint8Array>, budget: Budget): Promise<ControlFiles> {
  let fields: ControlFiles["fields"] | undefined;
  let conffiles: readonly string[] = [];
  const scripts = new Map<string, { readonly size: number; readonly sha256: string }>();
  const texts = new Map<string, string>();
  const seen = new Set<string>();
  for await (const { path, type, content } of readTar(source, { entries: mostControlFiles, name: 300 })) {
    const name = path.replace(/^\.\//, "");
    if (type === "directory" && (name === "." || name === "")) continue;
    if (type !== "file" || !/^[a-z0-9][a-z0-9.-]*$/.test(name) || seen.has(name)) {
      throw unexpected(`${JSON.stringify(path)} where each control file is expected once`);
    }
    seen.add(name);
    const own = name === "control" || name === "conffiles";
    const { size, sha256, text } = await measure(content, own ? largestControl : longestText);
    if (name === "control") fields = controlFields(text);
    else if (name === "conffiles")
      conffiles = required(text, "conffiles")
        .split("\n")
        .map((line) => line.trim());
    else if (name !== "md5sums" && text !== undefined) {
      budget.text(size);
      texts.set(`DEBIAN/${name}`, text);
    }
    if (scriptNames.has(name)) scripts.set(name, { size, sha256 });
  }
  if (fields === undefined) throw unexpected("no file control");
  return { fields, conffiles: new Set(conffiles), scripts, texts };
}

function controlFields(text: string | undefined): ControlFiles["fields"] {
  const fields = parseParagraph(required(text, "control"));
  if (fields === undefined || fields.size === 0)
    throw unexpected("control fields that are not one paragraph of deb822(5)");
  return [...fields];
}

function required(text: string | undefined, name: string): string {
  if (text === undefined) throw unexpected(`a file ${name} that is no UTF-8 text of at most ${largestControl} bytes`);
  return text;
}

function unexpected(what: string): Error {
  return refusal("SLW-FORMAT", `The Debian package cannot be read: it has ${what}.`);
}
