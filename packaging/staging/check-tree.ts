import { byBytes } from "../byte-order.ts";
import type { Mistake } from "../errors.ts";
import type { OperatingSystem } from "../targets.ts";
import { whyNotName } from "./check-name.ts";
import { octalMode } from "./describe-entry.ts";
import { parentsOf } from "./grow-tree.ts";
import type { SymlinkEntry, Tree, TreeEntry } from "./tree.ts";
import { whyNotOnWindows } from "./windows-name.ts";

export interface TreeRules {
  /** Where the tree is installed: Windows holds fewer names, and no links that archives bring. */
  readonly system: OperatingSystem;
  /** Paths of programs: each must be there, be a file with something in it, and be executable. */
  readonly binaries: readonly string[];
  /** Paths that may be setuid, setgid or writable by everybody, because someone declared that they are. */
  readonly privileged: ReadonlySet<string>;
}

/** Everything in a tree that must not be shipped, each with the entry's name: SLW-STAGING. */
export function checkTree(tree: Tree, rules: TreeRules): Mistake[] {
  const { entries } = tree;
  return [
    ...checkNames(entries, rules.system),
    ...checkShape(entries),
    ...checkCase(entries),
    ...entries.flatMap((entry) => [
      ...checkAccess(entry, rules),
      ...(entry.type === "symlink" ? checkLink(entry, rules.system) : []),
    ]),
    ...rules.binaries.flatMap((path) => checkProgram(path, entries)),
  ];
}

/** A directory whose children have bad paths only repeats what is said about them. */
function checkNames(entries: readonly TreeEntry[], system: OperatingSystem): Mistake[] {
  const explained = new Set<string>();
  const mistakes: Mistake[] = [];
  for (const entry of [...entries].sort((a, b) => Number(a.type === "directory") - Number(b.type === "directory"))) {
    const problem = whyNotName(entry.path) ?? (system === "windows" ? whyNotOnWindows(entry.path) : undefined);
    if (problem === undefined || explained.has(entry.path)) continue;
    for (const parent of parentsOf(entry.path)) explained.add(parent);
    mistakes.push(mistake(entry.path, problem));
  }
  return mistakes;
}

/** Every path once, directories before what is in them, nothing below what is no directory. */
function checkShape(entries: readonly TreeEntry[]): Mistake[] {
  const mistakes: Mistake[] = [];
  const directories = new Set(entries.filter((entry) => entry.type === "directory").map((entry) => entry.path));
  const others = new Map<string, TreeEntry["type"]>();
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const key = `${entry.type === "directory"} ${entry.path}`;
    if (seen.has(key)) mistakes.push(mistake(entry.path, "is there twice"));
    seen.add(key);
    if (entry.type !== "directory") others.set(entry.path, entry.type);
    const before = entries[index - 1];
    if (before !== undefined && byBytes(before.path, entry.path) > 0) {
      mistakes.push(mistake(entry.path, `comes after ${printable(before.path)}: the tree is not sorted`));
    }
  }
  const blocked = new Set<string>();
  for (const entry of entries) {
    for (const parent of parentsOf(entry.path)) {
      const type = others.get(parent);
      if (type !== undefined && !blocked.has(parent)) {
        mistakes.push(mistake(parent, `is a ${type}, and ${printable(entry.path)} needs a directory there`));
        blocked.add(parent);
      }
      if (type === undefined && !directories.has(parent)) {
        mistakes.push(mistake(entry.path, `has no entry for its directory ${printable(parent)}`));
      }
    }
  }
  return mistakes;
}

/** Names beside each other that macOS and Windows take for the same one. */
function checkCase(entries: readonly TreeEntry[]): Mistake[] {
  const seen = new Map<string, string>();
  const mistakes: Mistake[] = [];
  for (const { path } of entries) {
    const slash = path.lastIndexOf("/") + 1;
    const folded = path.slice(0, slash) + path.slice(slash).normalize("NFC").toLowerCase();
    const other = seen.get(folded) ?? path;
    seen.set(folded, other);
    if (other !== path) mistakes.push(mistake(path, `differs from ${printable(other)} only by case`));
  }
  return mistakes;
}

/** Accounts that every Debian system has from the start, with fixed numbers (base-passwd), and tar may name. */
const accounts = [
  "root",
  "daemon",
  "bin",
  "sys",
  "adm",
  "tty",
  "disk",
  "lp",
  "mail",
  "news",
  "man",
  "www-data",
  "staff",
];

function checkAccess(entry: TreeEntry, rules: TreeRules): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const name of new Set([entry.owner, entry.group])) {
    if (accounts.includes(name)) continue;
    mistakes.push(
      mistake(entry.path, `belongs to ${printable(name)}, which is not there yet when the file is unpacked`, {
        hint: "Ship it as root:root; a tmpfiles.d line or a post-install hook can hand it over.",
      }),
    );
  }
  if (!Number.isInteger(entry.mode) || entry.mode < 0 || entry.mode > 0o7777) {
    return [...mistakes, mistake(entry.path, `has no mode between 0000 and 7777`)];
  }
  if (rules.privileged.has(entry.path) || entry.type === "symlink") return mistakes;
  const shown = `has mode ${octalMode(entry.mode)}`;
  if ((entry.mode & 0o6000) !== 0) mistakes.push(mistake(entry.path, `${shown}: setuid or setgid, and not declared`));
  if ((entry.mode & 0o002) !== 0) mistakes.push(mistake(entry.path, `${shown}: everybody may write, and not declared`));
  return mistakes;
}

function checkLink(link: SymlinkEntry, system: OperatingSystem): Mistake[] {
  if (system === "windows") return [mistake(link.path, "is a link, which only an administrator may make on Windows")];
  if (link.target === "" || /[\\\p{Cc}]/u.test(link.target) || !link.target.isWellFormed()) {
    return [mistake(link.path, `links to ${printable(link.target)}, which is no path`)];
  }
  if (link.target.startsWith("/")) return [mistake(link.path, `links to ${printable(link.target)}, which is absolute`)];
  const reached = link.path.split("/").slice(0, -1);
  for (const name of link.target.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") reached.push(name);
    else if (reached.pop() === undefined)
      return [mistake(link.path, `links to ${printable(link.target)}, outside of the package`)];
  }
  return [];
}

function checkProgram(path: string, entries: readonly TreeEntry[]): Mistake[] {
  const entry = entries.find((candidate) => candidate.path === path);
  if (entry === undefined) return [mistake(path, "is missing")];
  if (entry.type !== "file") return [mistake(path, `is a ${entry.type}, not a program`)];
  if (entry.size === 0) return [mistake(path, "is empty")];
  return (entry.mode & 0o111) === 0o111 ? [] : [mistake(path, `has mode ${octalMode(entry.mode)}: not executable`)];
}

function mistake(path: string, problem: string, more: { readonly hint?: string } = {}): Mistake {
  return { code: "SLW-STAGING", message: `${printable(path)} ${problem}.`, ...more };
}

const shownLimit = 100;

/** Names with control characters are shown escaped: a terminal must not act on them. Long ones are cut. */
function printable(path: string): string {
  const quoted = path === "" || /\p{C}/u.test(path) ? JSON.stringify(path).replace(/\p{C}/gu, escapeCharacter) : path;
  const characters = [...quoted];
  return characters.length > shownLimit ? `${characters.slice(0, shownLimit).join("")}…` : quoted;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
