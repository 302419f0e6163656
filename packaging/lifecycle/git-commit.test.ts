import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commitTo, emptyFolder, inRepository } from "../git/__fixtures__/repositories.ts";
import { lifecycle } from "./git-commit.ts";
import { stateSchema } from "./state-schema.ts";

const path = "Formula/runtime.rb";

async function tap(t: TestContext) {
  const folder = await emptyFolder(t);
  const remote = join(folder, "tap.git");
  const inputs = {
    schema: stateSchema,
    name: "tap",
    remote,
    branch: "main",
    files: { [path]: "one\n", "Casks/runtime.rb": "cask\n" },
    message: "runtime 1.0.0",
    author: { name: "Releases", email: "releases@example.org" },
    date: 1_700_000_000,
    __provider: "text",
  };
  const changes = async (olds: Readonly<Record<string, unknown>>, news: Readonly<Record<string, unknown>> = inputs) =>
    (await lifecycle.diff("git/tap", olds, news)).changes;
  return { folder, remote, inputs, changes };
}

test("a create commits, and the same again is no change; other words or another date alone are none either", async (t) => {
  const { remote, inputs, changes } = await tap(t);
  const { id, outs } = await lifecycle.create(inputs);
  assert.equal(id, "git/tap");
  assert.equal(outs["commit"], await inRepository(remote, "rev-parse", "main"));
  assert.equal(outs["tree"], await inRepository(remote, "rev-parse", "main^{tree}"));
  assert.equal(await changes(outs), false);
  assert.equal(
    await changes(outs, { ...inputs, message: "other", date: 1, author: { name: "x", email: "x@example.org" } }),
    false,
  );
  assert.equal(await changes(outs, { ...inputs, files: { [path]: "two\n" } }), true);
});

test("an update commits once, removes what it owned and rolls back by another commit", async (t) => {
  const { remote, inputs } = await tap(t);
  const { outs } = await lifecycle.create(inputs);
  const next = { ...inputs, files: { [path]: "two\n" }, message: "runtime 1.1.0" };
  const second = await lifecycle.update("git/tap", outs, next);
  assert.equal(await inRepository(remote, "ls-tree", "-r", "--name-only", "main"), path);
  await lifecycle.update("git/tap", second.outs, { ...inputs, message: "back to runtime 1.0.0" });
  assert.equal(
    await inRepository(remote, "log", "--format=%s", "main"),
    "back to runtime 1.0.0\nruntime 1.1.0\nruntime 1.0.0",
  );
  assert.equal(await inRepository(remote, "rev-parse", "main^{tree}"), outs["tree"]);
});

test("others' commits on top are no drift; an altered file is, and is repaired by one commit", async (t) => {
  const { folder, remote, inputs, changes } = await tap(t);
  const { id, outs } = await lifecycle.create(inputs);
  await commitTo(folder, remote, { files: { "Formula/other.rb": "theirs\n" } });
  assert.deepEqual((await lifecycle.read(id, outs)).props["drift"], []);
  assert.equal(await changes(outs), false);
  await commitTo(folder, remote, { files: { [path]: "tampered\n" } });
  assert.equal(await changes(outs), true);
  const { props } = await lifecycle.read(id, outs);
  assert.deepEqual(props["drift"], [`${path}: altered`]);
  const repaired = await lifecycle.update(id, props, inputs);
  assert.deepEqual((await lifecycle.read(id, repaired.outs)).props["drift"], []);
  assert.equal(await inRepository(remote, "show", "main:Formula/other.rb"), "theirs");
});

test("a repository that is gone is drift of all files, and made again", async (t) => {
  const { remote, inputs, changes } = await tap(t);
  const { id, outs } = await lifecycle.create(inputs);
  await rm(remote, { recursive: true });
  assert.equal(await changes(outs), true);
  assert.deepEqual((await lifecycle.read(id, outs)).props["drift"], [`${path}: missing`, "Casks/runtime.rb: missing"]);
  const again = await lifecycle.update(id, outs, inputs);
  assert.equal(again.outs["commit"], outs["commit"]);
});

test("what the state remembers of one branch removes nothing from another", async (t) => {
  const { folder, remote, inputs } = await tap(t);
  const { outs } = await lifecycle.create(inputs);
  await commitTo(folder, remote, { branch: "next", files: { "Casks/runtime.rb": "theirs\n" } });
  await lifecycle.update("git/tap", outs, { ...inputs, branch: "next", files: { [path]: "two\n" } });
  assert.equal(await inRepository(remote, "show", "next:Casks/runtime.rb"), "theirs");
});

test("a preview where the token is not looks at nothing", async (t) => {
  const { inputs, changes } = await tap(t);
  const token = { kind: "env", name: "SLIPWAY_TEST_NO_SUCH_TOKEN" };
  const { outs } = await lifecycle.create(inputs);
  const withToken = { ...inputs, remote: "https://127.0.0.1:1/tap.git", token };
  assert.equal(await changes({ ...outs, ...withToken }, withToken), false);
});
