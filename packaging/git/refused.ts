import { refusal, type SlipwayError } from "../errors.ts";
import type { Finished } from "../process.ts";
import type { Remote } from "./remote.ts";

/** What git says where the way to a server failed, and another try may do. Its words are those of the C locale. */
const transient =
  /returned error: (?:429|5\d\d)|Could not resolve host|Connection (?:reset|timed out|refused)|Operation (?:too slow|timed out)|early EOF|unexpected disconnect|hung up unexpectedly|transfer closed|Empty reply from server|curl 56/i;

/** Whether another try may do. */
export function isTransient(stderr: string): boolean {
  return transient.test(stderr);
}

/** What git says, and what to do about it; the first that fits counts. */
const hints: readonly (readonly [says: RegExp, hint: string])[] = [
  [
    /redirect|returned error: 30\d/i,
    "The repository has another address now: write that one. A token is never handed on.",
  ],
  [
    /could not read Username|Authentication failed|returned error: 401|invalid credentials/i,
    "The server wants a token that it knows: name it in the settings, and look whether it has expired.",
  ],
  [
    /returned error: 403|Permission (?:to|denied)|access denied/i,
    "Whom the token or key belongs to may not do this there: on GitHub it needs the permission contents: write for this repository.",
  ],
  [
    /protected branch|GH006|GH013|pre-receive hook declined/i,
    "The repository has a rule for this branch: let this token pass it, or name another branch.",
  ],
  [
    /denyCurrentBranch|is currently checked out/i,
    "The folder is a working copy with this branch checked out. Name a bare repository.",
  ],
  [
    /not found|does not appear to be a git repository|does not exist/i,
    "Look at the address. A private repository that a token may not read is not found either.",
  ],
  [/\.lock': File exists/i, "Another git was killed there: remove the .lock file that it names, when none is at work."],
  [transient, "The server could not be reached. Run again: nothing half is there."],
];

const linesShown = 6;

/** The refusal (SLW-GIT) of what a command of git ended with. */
export function gitRefusal({ name }: Remote, { stdout, stderr }: Finished, secrets: readonly string[]): SlipwayError {
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), `${stdout}\n${stderr}`);
  const lines = said.split(/\r?\n/).filter((line) => line.trim() !== "");
  return refusal("SLW-GIT", `The git repository ${name} could not be read or written.`, {
    excerpt:
      lines
        .slice(-linesShown)
        .map((line) => `    git: ${line.slice(0, 300)}`)
        .join("\n") || undefined,
    hint: hints.find(([says]) => says.test(said))?.[1],
  });
}
