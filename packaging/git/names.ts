import { refusal } from "../errors.ts";
import { whyNotWindowsName } from "../windows-name.ts";

/** What no system, and no reader of a tree, gives another meaning. */
const segment = /^[A-Za-z0-9._+~@%=,-]{1,100}$/;
/** Git keeps such folders for itself, and so do other systems by other spellings (CVE-2014-9390). */
const ofGit = /^(?:\.git|git~[0-9]+)$/i;
const longestPath = 240;

/**
 * Refuses (SLW-GIT) paths in a repository that are not plain relative ones, that one system keeps apart and another does
 * not, or of which one is a folder of another.
 */
export function checkPaths(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const reason = whyBad(path);
    if (reason !== undefined) throw badPath(path, reason);
    const twin = seen.get(path.toLowerCase());
    if (twin !== undefined) throw badPath(path, `it is ${twin} where case does not count`);
    seen.set(path.toLowerCase(), path);
  }
  for (const path of paths) {
    const file = foldersOf(path).find((folder) => seen.has(folder.toLowerCase()));
    if (file !== undefined) throw badPath(path, `${file} is a file`);
  }
}

/** `a`, `a/b` of `a/b/c`. */
export function foldersOf(path: string): readonly string[] {
  const steps = path.split("/").slice(0, -1);
  return steps.map((_, at) => steps.slice(0, at + 1).join("/"));
}

function whyBad(path: string): string | undefined {
  if (path.length > longestPath) return `it is longer than ${longestPath} characters`;
  for (const step of path.split("/")) {
    if (step === "." || step === "..") return `it has the segment ${step}`;
    if (ofGit.test(step)) return `git keeps ${step} for itself`;
    if (!segment.test(step)) return "only letters, digits and . _ + ~ @ % = , - may stand between slashes";
  }
  return whyNotWindowsName(path)?.replace(/^/, "it ");
}

function badPath(path: string, reason: string): Error {
  return refusal("SLW-GIT", `${JSON.stringify(path.slice(0, 300))} cannot be a file of a git repository: ${reason}.`);
}

/** Refuses (SLW-GIT) what git-check-ref-format(1) refuses of a branch, and some more that nobody uses. */
export function checkBranch(branch: string): void {
  const plain = /^(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)))[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/.test(branch);
  if (plain && !/[./]$/.test(branch)) return;
  throw refusal("SLW-GIT", `${JSON.stringify(branch.slice(0, 200))} cannot be the name of a branch.`, {
    hint: "A branch has letters, digits and . _ / + -, such as main or runtime-1.4.0.",
  });
}

/** Who a commit is by. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Refuses (SLW-GIT) an author that a commit cannot name: git-fast-import(1), "author". */
export function checkAuthor({ name, email }: Author): void {
  const line = /^[^<>\p{Cc}\p{Cs}]{1,200}$/u;
  if (line.test(name) && name.trim() === name && line.test(email) && !/\s/.test(email)) return;
  throw refusal("SLW-GIT", "The author of a commit is a name and an address in one line each, without < and >.");
}
