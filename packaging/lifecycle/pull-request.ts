import { z } from "zod";
import type { Change } from "../github/change.ts";
import { openGitHub } from "../github/github.ts";
import { hasCommitsOfOthers } from "../github/own-commits.ts";
import { asksExactly, pullsOf } from "../github/pulls.ts";
import { outcomeOf, type RequestedChange, requestChange } from "../github/request-change.ts";
import { openToken } from "../signing/token.ts";
import { keySource, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  /** What is asked for by such requests: the same for every version. */
  name: z.string(),
  repository: z.string(),
  base: z.string(),
  fork: z.string(),
  /** One for each product and version. */
  branch: z.string(),
  title: z.string(),
  body: z.string(),
  files: z.record(z.string(), z.string()),
  removed: z.array(z.string()),
  author: z.strictObject({ name: z.string(), email: z.string() }),
  date: z.number().int().nonnegative(),
  token: keySource,
});

type Inputs = z.infer<typeof inputs>;
type Outputs = Values & RequestedChange;

/** A change that people decide about: `requested`, then `merged` or `refused`. It is asked for once, and never withdrawn. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "pull request",
  inputs,
  circumstances: ["author", "date", "token"],
  id: ({ name }) => `pull-request/${name}`,
  write: async (values, before) => {
    const sameBranch = before?.["fork"] === values.fork && before["branch"] === values.branch;
    const known = sameBranch ? (before.commit ?? undefined) : undefined;
    const requested = await requestChange(await open(values), changeOf(values), known);
    if (requested.state === "refused") console.warn(refusedSentence(values, requested));
    if (requested.commit === null) console.warn(othersSentence(values, requested.number));
    return { ...requested };
  },
  observe: async (values, outputs) => {
    const pull = (await pullsOf(await open(values), changeOf(values))).find(({ number }) => number === outputs.number);
    return pull === undefined ? {} : { state: outcomeOf(pull).state };
  },
  drift: async (values, { number, commit }) => {
    const [github, change] = [await open(values), changeOf(values)];
    const pull = (await pullsOf(github, change)).find((it) => it.number === number);
    if (pull?.state !== "open" || (await asksExactly(github, pull, change))) return [];
    const altered = `pull request ${number} of ${values.repository}: altered`;
    if (!(await hasCommitsOfOthers(github, pull, pull.head.sha, change, commit ?? undefined))) return [altered];
    // No update would put it right: it is told, and is no drift.
    console.warn(othersSentence(values, number));
    return [];
  },
});

async function open({ token }: Inputs) {
  return openGitHub(await openToken(token));
}

function changeOf({ schema: _, name: __, token: ___, ...change }: Inputs): Change {
  return change;
}

function refusedSentence({ repository }: Inputs, { number, url }: RequestedChange): string {
  return (
    `pull request ${number} of ${repository} was closed without being merged, and is not opened again: read what was said ` +
    `(${url}), and reopen it there, or ask for something else under a new version`
  );
}

function othersSentence({ repository, fork, branch }: Inputs, number: number | null): string {
  return (
    `people have committed to pull request ${number} of ${repository}, and it is left as they have it: take their changes over ` +
    `into the next version, or remove their commits from ${branch} of ${fork} and run again`
  );
}
