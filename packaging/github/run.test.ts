import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { currentRun } from "./run.ts";

const repository = "team/product";

test("outside of GitHub Actions there is no run", async () => {
  assert.equal(await currentRun({}), undefined);
  assert.equal(await currentRun({ GITHUB_EVENT_PATH: "" }), undefined);
});

test("a pull request is a fork's unless its branch is in this repository", async (context) => {
  const file = path.join(await scratch(context), "event.json");
  const pullRequestOf = async (repo: unknown) => {
    await writeFile(file, JSON.stringify({ action: "opened", pull_request: { number: 7, head: { ref: "x", repo } } }));
    return (await currentRun({ GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: repository }))?.pullRequest;
  };
  assert.deepEqual(await pullRequestOf({ full_name: repository }), { number: 7, fork: false });
  assert.deepEqual(await pullRequestOf({ full_name: "somebody/product" }), { number: 7, fork: true });
  assert.deepEqual(await pullRequestOf(null), { number: 7, fork: true });
});

test("a push is no pull request; addresses are those of the server", async (context) => {
  const file = path.join(await scratch(context), "event.json");
  await writeFile(file, JSON.stringify({ ref: "refs/heads/main" }));
  const environment = { GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: repository, GITHUB_STEP_SUMMARY: "summary.md" };
  assert.deepEqual(await currentRun(environment), {
    repository,
    apiUrl: "https://api.github.com",
    url: undefined,
    pullRequest: undefined,
    summaryFile: "summary.md",
  });
  const server = { GITHUB_API_URL: "https://git.example/api/v3/", GITHUB_SERVER_URL: "https://git.example" };
  const run = await currentRun({ ...environment, ...server, GITHUB_RUN_ID: "7" });
  assert.equal(run?.apiUrl, "https://git.example/api/v3");
  assert.equal(run?.url, "https://git.example/team/product/actions/runs/7");
});

test("variables and events that GitHub does not write are refused", async (context) => {
  const file = path.join(await scratch(context), "event.json");
  const run = () => currentRun({ GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: repository });
  await assert.rejects(run(), { code: "SLW-GITHUB" });
  await writeFile(file, "{}}");
  await assert.rejects(run(), { code: "SLW-GITHUB" });
  await writeFile(file, JSON.stringify({ pull_request: { number: "7/../8", head: { repo: null } } }));
  await assert.rejects(run(), { code: "SLW-GITHUB" });
  await writeFile(file, "{}");
  const elsewhere = { GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: "team/product/../other" };
  await assert.rejects(currentRun(elsewhere), { code: "SLW-GITHUB" });
});
