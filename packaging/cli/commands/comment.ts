import { appendFile } from "node:fs/promises";
import path from "node:path";
import { refusal } from "../../errors.ts";
import { readPreviews, reportOf } from "../../github/previews.ts";
import { commentLimit, putComment } from "../../github/pull-request-comment.ts";
import { currentRun, type Run } from "../../github/run.ts";
import type { Command } from "../command.ts";

/** The first line of the comment: of a pull request there is one comment that has it. */
const marker = "<!-- slipway: previews of this pull request -->";
/** A job's summary holds 1 MiB; a character takes at most three bytes for each of its UTF-16 units. */
const summaryLimit = Math.floor((1 << 20) / 3);
const previewFolder = path.join(".slipway", "previews");

export const comment: Command = {
  summary: "the last previews as a pull request's comment, on GitHub",
  help: `slipway comment [--stacks dev]

  Takes the Markdown that previews left in ${previewFolder} and makes it the summary of the GitHub job that this is a
  step of; where the job is about a pull request whose branch is in this repository, also the pull request's one comment,
  changed where it is there already. A fork's pull request has the summary alone. Elsewhere it is printed.

  --stacks A,B   the stacks, in order; dev where left out

  GITHUB_TOKEN: a token that may write pull requests. All else it learns from the variables of GitHub Actions.
`,
  options: { stacks: { type: "string", default: "dev" } },
  arguments: [],
  run: async ({ option }) => {
    const previews = await readPreviews(previewFolder, stacksOf(option("stacks") ?? ""));
    const run = await currentRun(process.env);
    const summary = reportOf(previews, summaryLimit, run?.url);
    if (run?.summaryFile === undefined) process.stdout.write(summary);
    else await appendFile(run.summaryFile, summary);
    if (run?.pullRequest !== undefined) {
      const body = reportOf(previews, commentLimit - marker.length - 1, run.url);
      process.stdout.write(`${await commentOn(run, run.pullRequest, body)}\n`);
    }
    return 0;
  },
};

async function commentOn(run: Run, { number, fork }: { number: number; fork: boolean }, body: string): Promise<string> {
  if (fork) return `pull request ${number} comes from a fork: the job's summary has its previews, and no comment`;
  const { GITHUB_TOKEN: token } = process.env;
  if (!token) {
    throw refusal("SLW-GITHUB", `A comment on pull request ${number} needs a token, and GITHUB_TOKEN has none.`, {
      hint: "Give the step the token of its job in GITHUB_TOKEN, and the job the permission pull-requests: write.",
    });
  }
  const { apiUrl, repository } = run;
  return `the comment of pull request ${number} is ${await putComment({ apiUrl, repository, number, token }, marker, body)}`;
}

/** A stack's name is part of a file's name (and Pulumi allows no other letters). */
function stacksOf(list: string): readonly string[] {
  const names = list.split(",");
  if (names.every((name) => /^[A-Za-z0-9][\w.-]{0,99}$/.test(name))) return names;
  throw refusal(
    "SLW-COMMAND",
    `--stacks names stacks such as candidate,release, and was given ${JSON.stringify(list)}.`,
  );
}
