import { refusal } from "../errors.ts";
import type { Pull } from "../github/answers.ts";
import { branchHead } from "../github/branch-commit.ts";
import type { Change } from "../github/change.ts";
import type { GitHub } from "../github/github.ts";
import { fileIds } from "../github/held-files.ts";
import { isOwnCommit } from "../github/own-commits.ts";
import { pullsOf } from "../github/pulls.ts";
import { outcomeOf } from "../github/request-change.ts";
import { type Answer, answered } from "./answer.ts";
import type { AskedRequest } from "./asked-requests.ts";

type Where = Pick<Change, "repository" | "base" | "fork">;

/** Whether a repository has a version already, and whether the branch that is to ask for it is free. */
export async function askRequest(github: GitHub, where: Where, request: AskedRequest): Promise<readonly Answer[]> {
  const { identifier, version, isRemoved, branch } = request;
  let isThere = false;
  const there = await answered(where.repository, `has it ${identifier} ${version}?`, async () => {
    const ids = await fileIds(github, where.repository, where.base, request.paths);
    isThere = ids.some((id) => id !== undefined);
    if (isRemoved) return isThere ? "yes; an update asks that it goes" : "no; nothing has to go";
    return isThere ? "yes; an update asks for what differs, if anything does" : "no; an update asks for it";
  });
  if (!there.ok) return [there];
  const free = await answered(where.fork, `is the branch ${branch} free?`, () =>
    freeBranch(github, where, request, isThere !== isRemoved),
  );
  return [there, free];
}

/**
 * What a branch is, before the files are known that it is to have. `isDone`: the base may have all that is to be asked for, so
 * that no branch is needed. Refuses (SLW-GITHUB) one that somebody else made.
 */
async function freeBranch(
  github: GitHub,
  where: Where,
  { branch, author }: AskedRequest,
  isDone: boolean,
): Promise<string> {
  const pulls = await pullsOf(github, { ...where, branch });
  const told = (pull: Pull) => `pull request ${pull.number}, which is ${outcomeOf(pull).state}`;
  const open = pulls.find(({ state }) => state === "open");
  // What people have committed to it, an update leaves as they have it.
  if (open !== undefined) return `it is that of ${told(open)}`;
  const head = await branchHead(github, where.fork, branch);
  const [newest] = pulls;
  if (head === undefined) return newest === undefined ? "yes" : `yes; it was that of ${told(newest)}`;
  const decided = pulls.find((pull) => pull.head.sha === head);
  if (decided !== undefined) return `it is that of ${told(decided)}`;
  const at = `it is at ${head.slice(0, 10)}`;
  if (await isOwnCommit(github, where.fork, head, { author })) return `${at}, from an update that ended early`;
  const isRefused = pulls.some((pull) => outcomeOf(pull).state === "refused");
  if (isDone || isRefused) return `${at}, which is nothing of ours; an update may do without it, or says so`;
  throw refusal("SLW-GITHUB", `no, ${at}, which is nothing of ours.`, {
    hint: `Look at ${branch} of ${where.fork}, and delete it there if nobody needs it.`,
  });
}
