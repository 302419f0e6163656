import { refusal } from "../errors.ts";
import { type Author, checkAuthor, checkBranch, checkPaths } from "../git/names.ts";

/** What a pull request asks for. */
export interface Change {
  /** `owner/name` of the repository that is asked. */
  readonly repository: string;
  /** Its branch. */
  readonly base: string;
  /** `owner/name` of the repository that has the branch; the same one, or a fork. */
  readonly fork: string;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths that are to go. */
  readonly removed: readonly string[];
  readonly author: Author;
  /** Seconds since 1970. */
  readonly date: number;
}

/** GitHub's rule for names of owners and repositories. */
const repositoryName = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.\.?$)[A-Za-z0-9._-]{1,100}$/;

/** Refuses (SLW-GITHUB) what is no name of a repository. */
export function checkRepository(name: string): void {
  if (repositoryName.test(name)) return;
  throw refusal("SLW-GITHUB", `A repository on GitHub is OWNER/NAME, and is ${JSON.stringify(name.slice(0, 200))}.`);
}

/** Refuses a change that no branch can hold, before anything is written. */
export function checkChange({ repository, base, fork, branch, title, files, removed, author }: Change): void {
  for (const name of [repository, fork]) checkRepository(name);
  for (const name of [base, branch]) checkBranch(name);
  checkPaths([...Object.keys(files), ...removed]);
  checkAuthor(author);
  if (repository === fork && base === branch) {
    throw refusal("SLW-GITHUB", `A pull request to ${base} of ${repository} needs another branch than ${branch}.`);
  }
  if (title.trim() === "" || /[\r\n]/.test(title))
    throw refusal("SLW-GITHUB", "The title of a pull request is one line.");
}

/** A path or a branch as a part of an address. */
export function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
