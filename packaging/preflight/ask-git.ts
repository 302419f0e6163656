import { tipId } from "../git/branch.ts";
import { type Git, withGit } from "../git/git.ts";
import { checkBranch } from "../git/names.ts";
import { parseRemote } from "../git/remote.ts";
import { isVacant } from "../git/start-remote.ts";
import type { Places } from "../places.ts";
import type { KeySource } from "../signing/signer.ts";
import { openToken } from "../signing/token.ts";
import { type Answer, answered, withoutToken } from "./answer.ts";

/** A branch of a git repository that files are kept in. */
export interface GitDestination {
  readonly remote: string;
  readonly branch: string;
  readonly token?: KeySource | undefined;
}

/** A commit of nothing, by nobody: git-push(1) wants something that it would push. */
const nothing = "commit refs/slipway/asked\ncommitter slipway <slipway@localhost> 0 +0000\ndata 0\n\ndone\n";

/** Whether the repository can be reached, what its branch is at, and whether this token may push there. */
export async function askGit(
  { remote, branch, token }: GitDestination,
  { projectRoot, cache }: Pick<Places, "projectRoot" | "cache">,
  writing: boolean,
): Promise<readonly Answer[]> {
  const missing = token && withoutToken(remote, token, writing);
  if (missing !== undefined) return [missing];
  const asked = async <Result>(use: (git: Git) => Promise<Result>): Promise<Result> => {
    checkBranch(branch);
    const opened = token === undefined ? undefined : await openToken(token);
    return withGit(parseRemote(remote, projectRoot), opened, await cache.temporaryFolder(), use);
  };
  const reached = await answered(remote, "can it be reached?", () =>
    asked(async (git) => {
      const { folder } = git.remote;
      if (folder !== undefined && (await isVacant(folder))) return "it is made by the first commit";
      const tip = await tipId(git, branch);
      return tip === undefined
        ? `yes; the first commit starts its branch ${branch}`
        : `yes; ${branch} is at ${tip.slice(0, 10)}`;
    }),
  );
  // What cannot be reached, or is not there yet, is not asked more. A preview writes nothing, and may lack the right to.
  if (!writing || !reached.ok || !reached.answer.startsWith("yes")) return [reached];
  const written = await answered(remote, "may this run push there?", () =>
    asked(async (git) => {
      await git.run(["fast-import", "--quiet", "--done"], nothing);
      await git.ask(["push", "--quiet", "--dry-run", "origin", "refs/slipway/asked:refs/heads/slipway-asks"]);
      return "yes";
    }),
  );
  return [reached, written];
}
