import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { type ApiStandIn, apiStandIn, standInPullRequest, standInRepository, standInToken } from "./api-stand-in.ts";

interface Job {
  readonly api: ApiStandIn;
  /** The stack's Markdown as its preview leaves it. */
  preview(stack: string, text: string): Promise<void>;
  /** `slipway comment`, in a job for a pull request whose branch is in `head`. */
  comment(how?: { readonly head?: string; readonly token?: string; readonly stacks?: string }): Promise<Result>;
  summary(): Promise<string>;
}

const marker = "<!-- slipway: previews of this pull request -->";

test("a pull request has one comment, which later runs change in place", async (t) => {
  const job = await makeJob(t);
  await job.preview("candidate", "### `runtime 1.0.0 → 1.1.0`\n\n```diff\n+ a line\n```\n");
  job.api.comments.push({ id: 1, body: `${marker}\nquoted by a person`, user: { type: "User", login: "person" } });
  // The comment is found behind the first page of a long discussion.
  for (let id = 2; id <= 150; id++) {
    job.api.comments.push({ id, body: "Looks good.", user: { type: "User", login: "person" } });
  }
  const others = structuredClone(job.api.comments);

  assertEnded(await job.comment(), /^the comment of pull request 7 is created$/m);
  assert.deepEqual(job.api.comments.slice(0, -1), others);
  const [ours] = job.api.comments.slice(-1);
  assert.equal(ours?.body, `${marker}\n${await job.summary()}`);
  assert.match(ours.body, /^## candidate\n\n### `runtime 1\.0\.0 → 1\.1\.0`\n\n```diff\n\+ a line\n```\n$/m);

  assertEnded(await job.comment(), /^the comment of pull request 7 is unchanged$/m);
  await job.preview("candidate", "**Nothing changes.**\n");
  assertEnded(await job.comment(), /^the comment of pull request 7 is updated$/m);
  assert.equal(job.api.comments.length, others.length + 1);
  assert.equal(ours.body, `${marker}\n## candidate\n\n**Nothing changes.**\n`);
  assert.deepEqual(job.api.comments.slice(0, -1), others);
});

test("a fork's pull request has the summary alone, and GitHub is asked for nothing", async (t) => {
  const job = await makeJob(t);
  await job.preview("candidate", "**Nothing changes.**\n");
  assertEnded(await job.comment({ head: "somebody/product" }), /comes from a fork/);
  assert.match(await job.summary(), /Nothing changes/);
  assert.deepEqual(job.api.requests, []);
});

test("a text longer than GitHub takes is cut at a line and says so; no stack is hidden by another", async (t) => {
  const job = await makeJob(t);
  await job.preview("candidate", `\`\`\`diff\n${"+ \u{1f680} a line\n".repeat(20_000)}\`\`\`\n`);
  assertEnded(await job.comment({ stacks: "candidate,release" }), /is created/);
  const [comment] = job.api.comments;
  assert(comment !== undefined && comment.body.length > 32_000 && comment.body.length <= 65_536);
  assert.match(
    comment.body,
    /\n\+ \u{1f680} a line\n```\n\nThe rest does not fit here\. \[The run\]\(.*\/runs\/42\) has all of it\.\n/u,
  );
  assert.match(comment.body, /\n## release\n\nIts preview left no text here\. /);
  assert((await job.summary()).length > comment.body.length);
});

test("what GitHub refuses is said in one sentence; the summary is there all the same, and the token nowhere", async (t) => {
  const job = await makeJob(t);
  await job.preview("candidate", "**Nothing changes.**\n");
  for (const [token, sentence] of [
    [
      "another-token",
      /^GitHub refused GET issues\/7\/comments of team\/product with status 401: Bad credentials\. {2}\[SLW-GITHUB\]$/m,
    ],
    ["", /^A comment on pull request 7 needs a token, and GITHUB_TOKEN has none\. {2}\[SLW-GITHUB\]$/m],
  ] as const) {
    const { code, text } = await job.comment({ token });
    assert.equal(code, 1, text);
    assert.match(text, sentence);
    assert.doesNotMatch(text, /another-token|^\s+at /m);
  }
  assert.equal(await job.summary(), "## candidate\n\n**Nothing changes.**\n".repeat(2));
  assert.deepEqual(job.api.comments, []);
});

async function makeJob(t: TestContext): Promise<Job> {
  const folder = await scratchFolder(t);
  const api = await apiStandIn(t);
  const [event, summary] = [join(folder, "event.json"), join(folder, "summary.md")];
  await mkdir(join(folder, ".slipway", "previews"), { recursive: true });
  const program = join(repository, "packaging", "cli", "main.ts");
  return {
    api,
    preview: (stack, text) => writeFile(join(folder, ".slipway", "previews", `${stack}.md`), text),
    summary: () => readFile(summary, "utf8"),
    comment: async ({ head = standInRepository, token = standInToken, stacks = "candidate" } = {}) => {
      const pullRequest = { number: standInPullRequest, head: { repo: { full_name: head } } };
      await writeFile(event, JSON.stringify({ action: "synchronize", pull_request: pullRequest }));
      const environment = {
        GITHUB_EVENT_PATH: event,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_REPOSITORY: standInRepository,
        GITHUB_API_URL: api.url,
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_RUN_ID: "42",
        GITHUB_TOKEN: token,
      };
      return runIn({ folder, environment }, process.execPath, [program, "comment", "--stacks", stacks]);
    },
  };
}

function assertEnded({ code, text }: Result, said: RegExp): void {
  assert.equal(code, 0, text);
  assert.match(text, said);
}
