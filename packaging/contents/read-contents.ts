import { type FileHandle, open, stat } from "node:fs/promises";
import path from "node:path";
import { fileRange } from "../containers/file-range.ts";
import { collect } from "../containers/member-content.ts";
import { sha256File } from "../digest.ts";
import { refusal } from "../errors.ts";
import { inventoryLimit } from "../record/inventory.ts";
import { readAptPackages, readAptRelease } from "./apt-index.ts";
import { Budget, type ContentLimits, contentLimits } from "./budget.ts";
import { decompressors } from "./compressions.ts";
import type { Contents, ContentsFormat, Inside } from "./contents.ts";
import { readDeb } from "./deb.ts";
import { readInventory, readRecord } from "./documents.ts";
import { readMsiInside } from "./msi.ts";
import { readPkg } from "./pkg.ts";
import { readTarInside } from "./tar.ts";
import { readZipInside } from "./zip.ts";

/** An open file, and what its reader may use up. */
interface Opened {
  readonly file: FileHandle;
  readonly name: string;
  readonly size: number;
  readonly budget: Budget;
}

interface Reader {
  /** Whether a file that begins so is of the format; a file is asked of the formats in their order. */
  recognises(head: Buffer): boolean;
  read(opened: Opened): Promise<Inside>;
}

/** Every format that is read. What a file is called does not matter. */
const readers: Readonly<Record<ContentsFormat, Reader>> = {
  deb: { recognises: startsWith("!<arch>\n"), read: ({ budget, ...opened }) => readDeb(bytesOf(opened), budget) },
  pkg: { recognises: startsWith("xar!"), read: ({ file, size, budget }) => readPkg(file, size, budget) },
  msi: {
    recognises: startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    read: ({ file, size, budget }) => readMsiInside(file, size, budget),
  },
  "tar.gz": { recognises: startsWith("\x1f\x8b"), read: compressedTar("gz") },
  "tar.xz": { recognises: startsWith("\xfd7zXZ\0"), read: compressedTar("xz") },
  "tar.zst": { recognises: startsWith("\x28\xb5\x2f\xfd"), read: compressedTar("zst") },
  zip: {
    recognises: (head) => startsWith("PK\x03\x04")(head) || startsWith("PK\x05\x06")(head),
    read: ({ file, size, budget }) => readZipInside(file, size, budget),
  },
  tar: {
    recognises: (head) => head.toString("latin1", 257, 262) === "ustar",
    read: ({ budget, ...opened }) => tarInside(bytesOf(opened), budget, {}),
  },
  inventory: { recognises: (head) => matches(head, /^\{\s*"artifact"/), read: document(readInventory) },
  "release record": { recognises: startsWith("{"), read: document(readRecord) },
  "apt packages": { recognises: (head) => matches(head, /^Package: /), read: document(readAptPackages) },
  "apt release": {
    recognises: (head) => matches(head, /^(?:-----BEGIN PGP SIGNED MESSAGE-----|Origin: |Suite: )/),
    read: document(readAptRelease),
  },
};

/**
 * What is inside a file: an artifact of any format, or a record, inventory or apt index. Memory is flat whatever the
 * file's size, and what a hostile file can make it do is limited. Refuses (SLW-FORMAT, a record or inventory SLW-RECORD)
 * what is damaged, beyond the limits, of no known format, or cannot be read at all.
 */
export async function readContents(file: string, limits: ContentLimits = contentLimits): Promise<Contents> {
  const name = path.basename(file);
  try {
    return await readOpened(file, name, limits);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    const gone = "code" in error && error.code === "ENOENT";
    throw refusal("SLW-FORMAT", gone ? `There is no file ${file}.` : `${file} cannot be read: ${error.message}.`);
  }
}

async function readOpened(fileName: string, name: string, limits: ContentLimits): Promise<Contents> {
  // Asked before it is opened: a pipe would wait for its writer.
  if (!(await stat(fileName)).isFile()) throw refusal("SLW-FORMAT", `${fileName} is no file: only files are read.`);
  const file = await open(fileName, "r");
  try {
    const { size } = await file.stat();
    const opened = { file, name, size, budget: new Budget(limits, size) };
    const head = await collect(fileRange(file, 0, Math.min(512, size)));
    const found = (Object.keys(readers) as ContentsFormat[]).find((format) => readers[format].recognises(head));
    if (found === undefined) {
      throw refusal("SLW-FORMAT", `${fileName} is of no format that is read here.`, {
        hint: `Read are ${Object.keys(readers).join(", ")}.`,
      });
    }
    const inside = await readers[found].read(opened);
    return { format: found, name, ...(await sha256File(fileName)), ...inside };
  } finally {
    await file.close();
  }
}

function bytesOf({ file, size }: Pick<Opened, "file" | "size">): AsyncIterable<Uint8Array> {
  return fileRange(file, 0, size);
}

function compressedTar(compression: keyof typeof decompressors): Reader["read"] {
  return ({ budget, ...opened }) => tarInside(decompressors[compression](bytesOf(opened)), budget, { compression });
}

async function tarInside(source: AsyncIterable<Uint8Array>, budget: Budget, facts: Inside["facts"]): Promise<Inside> {
  const inside = await readTarInside(source, budget, false);
  const texts = Object.fromEntries(inside.texts);
  return {
    facts: { ...facts, ...inside.facts },
    entries: inside.entries,
    ...(inside.texts.size > 0 && { texts }),
  };
}

function document(parse: (bytes: Uint8Array, name: string) => Inside): Reader["read"] {
  return async ({ file, name, size }) => {
    if (size > inventoryLimit)
      throw refusal("SLW-FORMAT", `${name} is larger than the ${inventoryLimit} bytes of any text read.`);
    return parse(await collect(fileRange(file, 0, size)), name);
  };
}

function startsWith(magic: string): (head: Buffer) => boolean {
  return (head) => head.toString("latin1", 0, magic.length) === magic;
}

function matches(head: Buffer, pattern: RegExp): boolean {
  return pattern.test(head.toString("latin1"));
}
