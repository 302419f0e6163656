import { printable, shorten } from "../../manifest/printable.ts";
import { whyNotWindowsName } from "../../windows-name.ts";
import { ArchiveProblem } from "./archive-problem.ts";
import { foldedName, whyNotPath } from "./entry-name.ts";
import type { ArchiveLimits } from "./limits.ts";

/** An entry as its header has it, whatever the archive's format. */
export interface ArchiveEntry {
  readonly path: string;
  readonly type: "file" | "folder" | "link" | "hard link";
  /** Bytes when unpacked, as promised. */
  readonly size: number;
  /** Where a link leads: from its own folder; a hard link from the archive's root. Else empty. */
  readonly target: string;
}

type Named = Pick<ArchiveEntry, "path" | "type" | "target">;

/**
 * Looks at every entry of one archive, wanted or not: what no honest archive of a program has is refused with an
 * ArchiveProblem. Links are never made and never followed; they are looked at since other tools would follow them.
 */
export class EntryRules {
  readonly #limits: ArchiveLimits;
  readonly #archiveSize: number;
  readonly #windows: boolean;
  /** Entries and the folders above them, by folded path. */
  readonly #named = new Map<string, Named>();
  #entries = 0;
  #total = 0;

  constructor(options: { readonly limits: ArchiveLimits; readonly archiveSize: number; readonly windows: boolean }) {
    this.#limits = options.limits;
    this.#archiveSize = options.archiveSize;
    this.#windows = options.windows;
  }

  /** The paths of all files, links left out, in the archive's order. */
  files(): readonly string[] {
    return [...this.#named.values()].flatMap(({ path, type }) => (type === "file" ? [path] : []));
  }

  /** What the archive has under a path; undefined for nothing. */
  find(path: string): Named | undefined {
    const found = this.#named.get(foldedName(path));
    return found?.path === path ? found : undefined;
  }

  /** The entry's path without a leading `./` and a folder's final slash; empty for the archive's own root. */
  admit(entry: ArchiveEntry): string {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw this.#tooMany();
    const path = plainPath(entry);
    if (path === "" && entry.type === "folder") return "";
    this.#checkName(path);
    this.#count(entry.size, path);
    if (entry.type === "link") checkLink(path, entry.target);
    if (entry.type === "hard link") this.#checkHardLink(path, entry.target);
    this.#place({ ...entry, path });
    return path;
  }

  /** Bytes of the archive without its compression, so far or promised: what a small one cannot honestly have. */
  checkTotal(bytes: number): void {
    const { total, ratio, always } = this.#limits;
    if (bytes > total) throw new ArchiveProblem(`has more than ${total} bytes when unpacked`);
    if (bytes > Math.max(always, ratio * this.#archiveSize)) {
      throw new ArchiveProblem(
        `has ${this.#archiveSize} bytes and more than ${ratio} times as many when unpacked`,
        "No program shrinks so far. Look at how it was made.",
      );
    }
  }

  #count(size: number, path: string): void {
    const { entry } = this.#limits;
    if (size > entry) {
      throw new ArchiveProblem(`has an entry of ${size} bytes, ${shown(path)}; at most ${entry} are read`);
    }
    this.#total += size;
    this.checkTotal(this.#total);
  }

  #tooMany(): ArchiveProblem {
    return new ArchiveProblem(`has more than ${this.#limits.entries} entries and folders`);
  }

  #checkName(path: string): void {
    const problem = whyNotPath(path) ?? (this.#windows ? whyNotWindowsName(path) : undefined);
    if (problem !== undefined) throw new ArchiveProblem(`has an entry ${shown(path)}, which ${problem}`);
  }

  #checkHardLink(path: string, target: string): void {
    const first = plainPath({ path: target, type: "file" });
    const problem = whyNotPath(first);
    if (problem !== undefined)
      throw new ArchiveProblem(`has a hard link ${shown(path)} to ${shown(target)}, which ${problem}`);
    if (this.find(first)?.type !== "file") {
      throw new ArchiveProblem(`has a hard link ${shown(path)} to ${shown(target)}, and no such file before it`);
    }
  }

  #place(entry: Named): void {
    const { path } = entry;
    for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
      this.#remember({ path: path.slice(0, slash), type: "folder", target: "" }, path);
    }
    this.#remember(entry, path);
  }

  #remember({ path, type, target }: Named, entry: string): void {
    const key = foldedName(path);
    const there = this.#named.get(key);
    if (there === undefined) {
      if (this.#named.size >= this.#limits.entries) throw this.#tooMany();
      this.#named.set(key, { path, type, target });
    } else if (there.path !== path) {
      throw new ArchiveProblem(`has ${shown(there.path)} and ${shown(path)}, which differ only by case`);
    } else if (there.type !== "folder" && path !== entry) {
      throw new ArchiveProblem(`has a ${there.type} ${shown(path)}, and ${shown(entry)} below it`);
    } else if (there.type !== "folder" || type !== "folder") {
      throw new ArchiveProblem(`has two entries named ${shown(path)}`);
    }
  }
}

/** `..` may only lead, so a link climbs real folders and then goes down, and no chain of links leads out. */
function checkLink(path: string, target: string): void {
  const link = `has a link ${shown(path)} to ${shown(target)}, which`;
  if (target === "" || /[\\\p{C}\u{fffd}]/u.test(target)) throw new ArchiveProblem(`${link} is no path`);
  if (target.startsWith("/") || /^[A-Za-z]:/.test(target)) throw new ArchiveProblem(`${link} is absolute`);
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  const down = names.findIndex((name) => name !== "..");
  const climbs = down === -1 ? names.length : down;
  if (climbs > path.split("/").length - 1 || names.slice(climbs).includes("..")) {
    throw new ArchiveProblem(`${link} leads out of the archive`);
  }
}

function plainPath({ path, type }: Pick<ArchiveEntry, "path" | "type">): string {
  const rooted = path.replace(/^(?:\.\/+)+/, "");
  const plain = type === "folder" ? rooted.replace(/\/$/, "") : rooted;
  return plain === "." ? "" : plain;
}

/** A name in a sentence; one that is empty or hides something stands in quotes. */
export function shown(path: string): string {
  return path === "" || printable(path) !== path ? JSON.stringify(shorten(path)) : shorten(path);
}
