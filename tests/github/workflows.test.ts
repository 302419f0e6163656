import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { changesBetween, filesBelow } from "../engine/bucket-files.ts";
import { git, repository } from "../engine/checkout.ts";
import { writeProduct } from "../engine/product.ts";
import { type ApiStandIn, apiStandIn, standInPullRequest, standInRepository, standInToken } from "./api-stand-in.ts";
import { type Ended, runWorkflow, type Started } from "./run-workflow.ts";
import { makeTeam, type Team } from "./team.ts";
import { readWorkflow } from "./workflow.ts";

test("a pull request: both stacks are previewed without a key and without a write, and one comment says so", async (t) => {
  const team = await makeTeam(t);
  const api = await apiStandIn(t);
  const base = (await git(team.checkout.folder, "rev-parse", "HEAD")).trim();
  await git(team.checkout.folder, "switch", "--quiet", "--create", "level");
  await writeProduct(team.checkout.folder, { id: "alpha", version: "1.1.0", configuration: "level = 2\n" });
  await team.publish();
  await team.decide("1.1.0");
  const head = await team.commit("alpha 1.1.0 for everybody");
  const before = await filesBelow(team.shared);
  const previewed = (how: { readonly fork?: boolean; readonly run: number }) =>
    runWorkflow("preview.yml", pullRequest(team, api, { base, head, ...how }));

  await t.test("of a branch of the repository", async () => {
    const ended = assertEnded(await previewed({ run: 1 }), ["preview (candidate)", "preview (release)", "comment"]);
    assert.deepEqual(changesBetween(before, await filesBelow(team.shared)), []);
    for (const { steps } of ended.slice(0, 2)) {
      for (const { env, result } of steps) {
        assert.deepEqual(secretsAmong(Object.values(env), team), []);
        assert.deepEqual(secretsAmong([result.text], team), []);
      }
    }
    assert.equal(api.comments.length, 1);
    const body = api.comments[0]?.body ?? "";
    assert.match(body, /^<!--.*-->\n## candidate\n.*\n## release\n.*alpha 1\.0\.0 → 1\.1\.0.*level = 2/s);
  });

  await t.test("of a fork: previews without state and credentials, and the job's summary alone", async () => {
    const asked = api.requests.length;
    const ended = assertEnded(await previewed({ fork: true, run: 2 }), [
      "preview (candidate)",
      "preview (release)",
      "comment",
    ]);
    assert.equal(api.requests.length, asked);
    assert.match(ended[0]?.steps[0]?.result.text ?? "", /stack candidate is previewed apart/);
    assert.match(ended[2]?.summary ?? "", /^## candidate\n.*\n## release\n/s);
    assert.deepEqual(changesBetween(before, await filesBelow(team.shared)), []);
  });
});

test("main: a change of the release stack's file is what users get, by the workflow and behind its environment", async (t) => {
  const team = await makeTeam(t);
  const api = await apiStandIn(t);
  await writeProduct(team.checkout.folder, { id: "alpha", version: "1.1.0" });
  await team.publish();
  await team.decide("1.1.0");
  const sha = await team.commit("alpha 1.1.0 for everybody");
  const before = await filesBelow(team.shared);
  const [promoted] = assertEnded(await runWorkflow("release.yml", pushed(team, api, sha)), ["promote"]);
  const changes = changesBetween(before, await filesBelow(join(team.shared)));
  assert(
    changes.some((line) => /^added bucket\/tuf\/2\.alpha-stable\.json$/.test(line)),
    changes.join("\n"),
  );
  const entry = changes.find((line) => /^changed bucket\/channels\/alpha\/stable\.json$/.test(line)) ?? "";
  const { moved } = JSON.parse(await readFile(join(team.shared, entry.replace("changed ", "")), "utf8"));
  assert.equal(moved.by, "octocat (release)");
  assert.match(promoted?.summary ?? "", /^## release\n/s);
  assert.deepEqual(api.requests, []);
  assert(!(await filesBelow(team.shared)).has("state/.pulumi/stacks/slipway/dev.json"), "no stack dev is made there");
  for (const { result } of promoted?.steps ?? []) assert.deepEqual(secretsAmong([result.text], team), []);

  await t.test("a branch is not promoted, whoever dispatches the workflow there", async () => {
    assert.deepEqual(await runWorkflow("release.yml", { ...pushed(team, api, sha), ref: "refs/heads/other" }), []);
  });
});

test("what the workflows ask for: steps are npm scripts, actions are pinned, nothing more is permitted than is used", async () => {
  for (const name of ["preview.yml", "release.yml"]) {
    const text = await readFile(join(repository, ".github", "workflows", name), "utf8");
    for (const line of text.split("\n").filter((line) => /\buses:/.test(line))) {
      assert.match(line, /uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    const { permissions, jobs } = await readWorkflow(repository, name);
    assert.deepEqual(permissions, {});
    for (const job of Object.values(jobs)) {
      assert((job["timeout-minutes"] ?? 360) <= 60);
      for (const { run } of job.steps) if (run !== undefined) assert.match(run, /^npm run [a-z]+ -- [a-z"$ ,A-Z-]+$/);
      const checkout = job.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      assert.equal(checkout?.with?.["persist-credentials"], false);
    }
  }
  const preview = await readWorkflow(repository, "preview.yml");
  assert.equal(preview.on, "pull_request");
  assert.deepEqual(
    Object.entries(preview.jobs).map(([name, { permissions }]) => [name, permissions]),
    [
      ["preview", { contents: "read" }],
      ["comment", { contents: "read", "pull-requests": "write" }],
    ],
  );
  const release = await readWorkflow(repository, "release.yml");
  assert.equal(release.concurrency["cancel-in-progress"], false);
  assert.equal(release.jobs["promote"]?.environment, "release");
  assert.deepEqual(release.jobs["promote"]?.permissions, { contents: "read", "id-token": "write" });
});

/** What GitHub starts for a pull request; a fork's has neither variables nor secrets. */
function pullRequest(
  team: Team,
  api: ApiStandIn,
  { base, head, fork = false, run }: { base: string; head: string; fork?: boolean; run: number },
): Started {
  const repo = { full_name: fork ? "somebody/product" : standInRepository };
  const { PULUMI_BACKEND_URL = "", ...secrets } = team.access;
  return {
    folder: team.checkout.folder,
    sha: head,
    ref: `refs/pull/${standInPullRequest}/merge`,
    eventName: "pull_request",
    event: {
      action: "synchronize",
      pull_request: { number: standInPullRequest, head: { sha: head, repo }, base: { sha: base } },
    },
    vars: fork ? {} : { PULUMI_BACKEND_URL },
    // A job that names the wrong environment would have the keys.
    secrets: fork ? {} : { preview: secrets, release: { ...secrets, ...team.keys } },
    token: standInToken,
    apiUrl: api.url,
    scratch: join(team.checkout.scratch, `run-${run}`),
  };
}

function pushed(team: Team, api: ApiStandIn, sha: string): Started {
  const { PULUMI_BACKEND_URL = "", ...secrets } = team.access;
  return {
    folder: team.checkout.folder,
    sha,
    ref: "refs/heads/main",
    eventName: "push",
    event: { ref: "refs/heads/main", after: sha },
    vars: { PULUMI_BACKEND_URL },
    secrets: { preview: secrets, release: { ...secrets, ...team.keys } },
    token: standInToken,
    apiUrl: api.url,
    scratch: join(team.checkout.scratch, `push-${sha}`),
  };
}

/** The jobs, all of them ended well; with what their steps printed where one did not. */
function assertEnded(ended: readonly Ended[], names: readonly string[]): readonly Ended[] {
  assert.deepEqual(
    ended.map(({ name }) => name),
    names,
  );
  for (const { name, ok, steps } of ended) {
    assert(ok, `${name}:\n${steps.map(({ result }) => result.text).join("\n")}`);
  }
  return ended;
}

/** Names of the keys whose private halves stand in one of the texts. */
function secretsAmong(texts: readonly string[], { keys }: Team): readonly string[] {
  return Object.entries(keys).flatMap(([name, secret]) =>
    texts.some((text) => text.includes(secret.trim())) ? [name] : [],
  );
}
