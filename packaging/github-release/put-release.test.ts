import assert from "node:assert/strict";
import { test } from "node:test";
import { gitHubServer as server } from "./__fixtures__/github-server.ts";

test("a draft first, all files, published last; again is nothing", async (t) => {
  const github = await server(t);
  await github.put();
  assert.deepEqual(github.log, ["POST releases", "POST assets a.deb", "POST assets b.zip", "PATCH releases/1"]);
  assert.equal(github.releases[0]?.draft, false);
  github.log.length = 0;
  await github.put();
  assert.deepEqual(github.log, []);
});

test("a run goes on where another died: what is whole stays, what is half there or another's is made again", async (t) => {
  const github = await server(t);
  github.fail("POST assets b.zip");
  await assert.rejects(github.put(), { code: "SLW-GITHUB", message: /status 502/ });
  assert.equal(github.releases[0]?.draft, true);
  github.releases[0]?.assets.push({ id: 90, name: "b.zip", size: 3, state: "starter", digest: null });
  github.releases[0]?.assets.push({ id: 91, name: "stale.pkg", size: 3, state: "uploaded", digest: null });
  github.log.length = 0;
  await github.put();
  assert.deepEqual(github.log, ["DELETE assets/90", "POST assets b.zip", "DELETE assets/91", "PATCH releases/1"]);
  assert.deepEqual(
    github.releases.map(({ draft, assets }) => [draft, assets.map(({ name }) => name).sort()]),
    [[false, ["a.deb", "b.zip"]]],
  );
});

test("a published release with other bytes is refused and left as it is", async (t) => {
  const github = await server(t);
  await github.put();
  const [first] = github.releases[0]?.assets ?? [];
  if (first !== undefined) first.digest = `sha256:${"0".repeat(64)}`;
  github.log.length = 0;
  await assert.rejects(github.put(), {
    code: "SLW-GITHUB",
    message: /published on GitHub with other files: a\.deb: other bytes/,
  });
  assert.deepEqual(github.log, []);
});

test("a digest that GitHub made of other bytes stops before anything is published", async (t) => {
  const github = await server(t);
  github.damage();
  await assert.rejects(github.put(), { code: "SLW-GITHUB", message: /other bytes of a\.deb than were uploaded/ });
  assert.equal(github.releases[0]?.draft, true);
});

test("a refusal has GitHub's reason and never the token", async (t) => {
  const github = await server(t);
  await assert.rejects(github.put("wrong-token"), (error: Error) => {
    assert.match(error.message, /status 401: Bad credentials/);
    assert.doesNotMatch(error.message, /wrong-token/);
    return true;
  });
});
