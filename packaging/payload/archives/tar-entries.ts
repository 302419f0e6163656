import { isUtf8 } from "node:buffer";
import { Parser, type ReadEntry } from "tar";
import { ArchiveProblem } from "./archive-problem.ts";
import { compressionOf } from "./compressed-file.ts";
import { type ArchiveEntry, type EntryRules, shown } from "./entry-rules.ts";
import type { ArchiveLimits } from "./limits.ts";
import { type PaxHeader, readPaxHeader, sparse } from "./pax-header.ts";
import { blockSize, paddedSize, RecentBytes, sizeOf, typeFlagOf } from "./tar-blocks.ts";
import type { WantedFiles } from "./wanted-files.ts";

const types: Readonly<Record<string, ArchiveEntry["type"]>> = {
  File: "file",
  OldFile: "file",
  Directory: "folder",
  SymbolicLink: "link",
  Link: "hard link",
};

const otherTypes: Readonly<Record<string, string>> = {
  "3": "a character device",
  "4": "a block device",
  "6": "a fifo",
};

/** Reads the entries of a tar archive as its pieces come, and writes the wanted files. */
export class TarEntries {
  readonly #rules: EntryRules;
  readonly #wanted: WantedFiles;
  readonly #limits: ArchiveLimits;
  readonly #recent = new RecentBytes();
  readonly #parser: Parser;
  /** Where the next header begins. */
  #at = 0;
  #pax: PaxHeader | undefined;
  #long: { readonly path?: string; readonly linkpath?: string } = {};
  #ending = false;
  #ended = false;

  constructor(rules: EntryRules, wanted: WantedFiles, limits: ArchiveLimits) {
    this.#rules = rules;
    this.#wanted = wanted;
    this.#limits = limits;
    this.#parser = new Parser({ strict: true, zstd: false, maxMetaEntrySize: limits.header });
    this.#parser.on("error", (error: Error) => {
      throw explained(error);
    });
    this.#parser.on("meta", () => this.#meta());
    this.#parser.on("entry", (entry: ReadEntry) => this.#entry(entry));
    this.#parser.on("ignoredEntry", (entry: ReadEntry) => this.#refuseIgnored(entry));
    this.#parser.on("nullBlock", () => {
      this.#ending = true;
    });
    this.#parser.on("eof", () => {
      this.#ended = true;
    });
  }

  write(piece: Buffer): void {
    if (this.#at === 0 && compressionOf(piece) !== undefined) throw new ArchiveProblem("is compressed twice");
    this.#recent.add(piece);
    // Behind the end there are only zeros, and the parser would collect them.
    if (!this.#ended) this.#parser.write(piece);
    if (this.#ended) this.#refuseRest();
  }

  end(): void {
    if (!this.#ended) this.#parser.end();
    if (!this.#ended) throw new ArchiveProblem("is cut short: its end is not marked");
  }

  #refuseRest(): void {
    if (this.#recent.lastFilled >= this.#at) throw new ArchiveProblem("has other bytes behind its end");
  }

  /** The header that the parser has just read, and the one that follows it is then awaited. */
  #header(): { readonly header: Buffer; readonly flag: string; readonly size: number } {
    if (this.#ending) throw new ArchiveProblem("goes on after a mark of its end");
    const header = this.#recent.read(this.#at, blockSize);
    const size = header === undefined ? undefined : sizeOf(header);
    if (header === undefined || size === undefined)
      throw new ArchiveProblem("is damaged: the size in a header is no number");
    return { header, flag: typeFlagOf(header), size };
  }

  /** A header about the next entry: pax records, or a long name of GNU tar. */
  #meta(): void {
    const { flag, size } = this.#header();
    const body = this.#recent.read(this.#at + blockSize, size);
    if (body === undefined) throw new ArchiveProblem("is damaged: a header is not where it should be");
    this.#at += blockSize + paddedSize(size);
    if (flag === "g") {
      readPaxHeader(body, true);
    } else if (flag === "x") {
      if (this.#pax !== undefined) throw new ArchiveProblem("has two pax headers for one entry");
      this.#pax = readPaxHeader(body, false);
    } else if (flag === "L" || flag === "K") {
      const name = flag === "L" ? "path" : "linkpath";
      if (this.#long[name] !== undefined) throw new ArchiveProblem("has two long names for one entry");
      this.#long = { ...this.#long, [name]: longName(body) };
    } else {
      throw new ArchiveProblem(`has a header of type ${JSON.stringify(flag)}, which is not read`);
    }
  }

  #entry(entry: ReadEntry): void {
    const { flag, size } = this.#header();
    const type = types[entry.type];
    if (type === undefined || !/^[0-25]$/.test(flag)) throw this.#otherType(entry, flag);
    const { path, target } = this.#names(entry);
    this.#checkSize(entry, type, size);
    const admitted = this.#rules.admit({ path, type, size: entry.size, target });
    this.#at += blockSize + paddedSize(entry.size);
    this.#pax = undefined;
    this.#long = {};
    if (type !== "file" || !this.#wanted.has(admitted)) {
      entry.resume();
      return;
    }
    this.#wanted.begin(admitted);
    entry.on("end", () => this.#wanted.finish());
    entry.on("data", (chunk: Buffer) => this.#wanted.write(chunk));
  }

  /** An entry's names as its headers have them; the parser must have understood the same. */
  #names(entry: ReadEntry): { readonly path: string; readonly target: string } {
    const name = (key: "path" | "linkpath"): string => {
      const pax = this.#pax?.[key];
      const long = this.#long[key];
      if (pax !== undefined && long !== undefined) throw new ArchiveProblem("has two long names for one entry");
      const extended = pax ?? long;
      // On Windows the parser has made slashes of backslashes.
      const same = extended?.replaceAll("\\", "/") === entry.extended?.[key]?.replaceAll("\\", "/");
      if (!same || entry.globalExtended?.[key] !== undefined) throw twoWays(entry);
      return extended ?? entry.header[key] ?? "";
    };
    return { path: name("path"), target: name("linkpath") };
  }

  #checkSize(entry: ReadEntry, type: ArchiveEntry["type"], headerSize: number): void {
    const pax = this.#pax?.size;
    if (entry.extended?.size !== pax || entry.globalExtended?.size !== undefined) throw twoWays(entry);
    if (type === "file") {
      if (entry.size !== (pax ?? headerSize)) throw twoWays(entry);
      // A pax size is for what the header has no room for, and nothing that is read is so large.
      if (entry.size !== headerSize && entry.size <= this.#limits.entry) throw twoWays(entry);
    } else if (headerSize !== 0 || (pax ?? 0) !== 0) {
      throw new ArchiveProblem(`has a ${type} ${shown(entry.path)} with content`);
    }
  }

  #refuseIgnored(entry: ReadEntry): never {
    const { flag, size } = this.#header();
    if (entry.meta && size > this.#limits.header) {
      throw new ArchiveProblem(`has a header of ${size} bytes; at most ${this.#limits.header} are read`);
    }
    throw this.#otherType(entry, flag);
  }

  #otherType(entry: ReadEntry, flag: string): ArchiveProblem {
    if (flag === "S") return sparse();
    const what = otherTypes[flag] ?? `of type ${JSON.stringify(flag)}`;
    return new ArchiveProblem(
      `has an entry ${shown(entry.path)}, which is ${what}: neither a file, a folder nor a link`,
    );
  }
}

function longName(body: Buffer): string {
  const end = body.indexOf(0);
  const name = body.subarray(0, end === -1 ? body.length : end);
  if (!isUtf8(name)) throw new ArchiveProblem("has a long name that is not UTF-8");
  return name.toString();
}

function twoWays(entry: ReadEntry): ArchiveProblem {
  return new ArchiveProblem(`has headers for ${shown(entry.path)} that can be read in two ways`);
}

/** node-tar's own findings, in fewer words. */
function explained(error: Error): Error {
  if (error instanceof ArchiveProblem) return error;
  if (/Truncated input/.test(error.message)) return new ArchiveProblem("is cut short");
  if (/Unrecognized archive format/.test(error.message)) return new ArchiveProblem("is not a tar archive");
  return new ArchiveProblem(`is damaged, or no tar archive: ${error.message.replace(/^TAR_[A-Z_]+: /, "")}`);
}
