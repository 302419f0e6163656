import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { lifecycle } from "../../packaging/lifecycle/pull-request.ts";
import { stateSchema } from "../../packaging/lifecycle/state-schema.ts";
import { apiStandIn, standInToken } from "./api-stand-in.ts";

const repository = "microsoft/winget-pkgs";
const fork = "team/winget-pkgs";
const variable = "SLIPWAY_TEST_GITHUB_TOKEN";

const inputs = {
  schema: stateSchema,
  name: "winget/runtime",
  ...{ repository, base: "master", fork, branch: "Team.Runtime-1.0.0", title: "New version", body: "text" },
  files: { "manifests/t/Team/Runtime/1.0.0/Team.Runtime.yaml": "version\n" },
  removed: [],
  author: { name: "Releases", email: "releases@example.org" },
  date: 1_700_000_000,
  token: { kind: "env", name: variable },
  __provider: "text",
};

async function hub(t: TestContext) {
  const api = await apiStandIn(t);
  Object.assign(process.env, { GITHUB_API_URL: api.url, [variable]: standInToken });
  t.after(() => {
    delete process.env["GITHUB_API_URL"];
    delete process.env[variable];
  });
  api.hub.addRepository(repository, { "README.md": "packages\n" });
  api.hub.addRepository(fork, repository);
  return api;
}

test("a request is made once; a refresh tells what people decided, which is no drift, and previews ask nothing", async (t) => {
  const { hub: github, requests } = await hub(t);
  const { id, outs } = await lifecycle.create(inputs);
  assert.deepEqual([outs["number"], outs["state"], outs["drift"]], [100, "requested", []]);
  assert.ok(!JSON.stringify(outs).includes(standInToken));
  const asked = requests.length;
  assert.equal((await lifecycle.diff(id, outs, inputs)).changes, false);
  assert.equal(requests.length, asked);

  github.merge(100);
  const { props } = await lifecycle.read(id, outs);
  assert.deepEqual([props["state"], props["drift"]], ["merged", []]);
  assert.equal((await lifecycle.diff(id, props, inputs)).changes, false);
  // A lost state finds it merged.
  assert.deepEqual((await lifecycle.create(inputs)).outs["state"], "merged");
});

test("a commit on top of an open request is told by a refresh and by an update, and both leave it", async (t) => {
  const { hub: github } = await hub(t);
  const { id, outs } = await lifecycle.create(inputs);
  const theirs = github.commit(fork, inputs.branch, { "other.yaml": "reviewed\n" }, "on top");
  const warned = t.mock.method(console, "warn", () => undefined);
  const { props } = await lifecycle.read(id, outs);
  assert.deepEqual([props["state"], props["drift"]], ["requested", []]);
  const { outs: updated } = await lifecycle.update(id, props, { ...inputs, body: "other words" });
  assert.deepEqual([updated["state"], updated["commit"]], ["requested", null]);
  // What is remembered of their commit does not make it ours.
  await lifecycle.update(id, updated, { ...inputs, title: "Another title" });
  assert.equal(github.repositories.get(fork)?.branches.get(inputs.branch), theirs);
  assert.equal(warned.mock.callCount(), 3);
  for (const { arguments: said } of warned.mock.calls)
    assert.match(String(said), /people have committed to pull request 100 of microsoft\/winget-pkgs, and it is left/);
});

test("a request that is back at an earlier commit of ours is drift, and the next update puts it right", async (t) => {
  const { hub: github } = await hub(t);
  const { id, outs } = await lifecycle.create(inputs);
  const files = { "manifests/t/Team/Runtime/1.0.0/Team.Runtime.yaml": "corrected\n" };
  const { outs: second } = await lifecycle.update(id, outs, { ...inputs, files });
  github.repositories.get(fork)?.branches.set(inputs.branch, String(outs["commit"]));
  const { props } = await lifecycle.read(id, second);
  assert.deepEqual(props["drift"], ["pull request 100 of microsoft/winget-pkgs: altered"]);
  await lifecycle.update(id, props, { ...inputs, files });
  assert.equal(github.repositories.get(fork)?.branches.get(inputs.branch), second["commit"]);
});

test("a request that people closed is told as refused, with a sentence, and stays closed", async (t) => {
  const { hub: github } = await hub(t);
  const { id, outs } = await lifecycle.create(inputs);
  github.close(100);
  const { props } = await lifecycle.read(id, outs);
  assert.equal(props["state"], "refused");
  const warned = t.mock.method(console, "warn", () => undefined);
  const { outs: again } = await lifecycle.update(id, props, { ...inputs, body: "other words" });
  assert.equal(again["state"], "refused");
  assert.match(
    String(warned.mock.calls[0]?.arguments[0]),
    /pull request 100 of microsoft\/winget-pkgs was closed without being merged, and is not opened again/,
  );
  assert.equal(github.pulls.length, 1);
});

test("the next version is another request, and the open one stays open", async (t) => {
  const { hub: github } = await hub(t);
  const { id, outs } = await lifecycle.create(inputs);
  const next = {
    ...inputs,
    branch: "Team.Runtime-1.1.0",
    files: { "manifests/t/Team/Runtime/1.1.0/Team.Runtime.yaml": "next\n" },
  };
  const { outs: second } = await lifecycle.update(id, outs, next);
  assert.equal(second["number"], 101);
  assert.deepEqual(
    github.pulls.map(({ state }) => state),
    ["open", "open"],
  );
});
