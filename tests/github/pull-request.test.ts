import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SlipwayError } from "../../packaging/errors.ts";
import type { Change } from "../../packaging/github/change.ts";
import { type GitHub, openGitHub } from "../../packaging/github/github.ts";
import { requestChange } from "../../packaging/github/request-change.ts";
import { type ApiStandIn, apiStandIn, standInToken } from "./api-stand-in.ts";

const upstream = "microsoft/winget-pkgs";
const fork = "team/winget-pkgs";
const folder = "manifests/t/Team/Runtime";

const change: Change = {
  repository: upstream,
  base: "master",
  fork,
  branch: "Team.Runtime-1.4.0",
  title: "New version: Team.Runtime version 1.4.0",
  body: "One line.\nAnd another.",
  files: {
    [`${folder}/1.4.0/Team.Runtime.yaml`]: "version\n",
    [`${folder}/1.4.0/Team.Runtime.installer.yaml`]: "installer\n",
  },
  removed: [],
  author: { name: "Releases", email: "releases@example.org" },
  date: 1_700_000_000,
};

async function hub(t: TestContext): Promise<{ api: ApiStandIn; github: GitHub }> {
  const api = await apiStandIn(t);
  api.hub.addRepository(upstream, { "README.md": "packages\n", [`${folder}/1.3.0/Team.Runtime.yaml`]: "older\n" });
  api.hub.addRepository(fork, upstream);
  return { api, github: await openGitHub(standInToken, { apiUrl: api.url, waits: [0, 0] }) };
}

const writesOf = (api: ApiStandIn) => api.requests.filter((it) => !it.startsWith("GET"));

async function refused(promise: Promise<unknown>, says: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.equal(error.code, "SLW-GITHUB");
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, new RegExp(standInToken));
    return true;
  });
}

test("a change becomes one commit on the base in the fork, and a pull request", async (t) => {
  const { api, github } = await hub(t);
  // A fork lags behind what it comes from.
  api.hub.commit(upstream, "master", { "other.yaml": "theirs\n" }, "newer than the fork");
  const asked = await requestChange(github, change, undefined);
  assert.deepEqual([asked.number, asked.state], [100, "requested"]);
  assert.deepEqual(api.hub.log(fork, change.branch), [change.title, "newer than the fork", "first"]);
  assert.deepEqual(api.hub.files(fork, change.branch), { ...api.hub.files(upstream, "master"), ...change.files });
  assert.equal(api.hub.pulls[0]?.title, change.title);
});

test("the same again writes nothing, also after GitHub has changed line breaks", async (t) => {
  const { api, github } = await hub(t);
  const first = await requestChange(github, change, undefined);
  const [pull] = api.hub.pulls;
  if (pull) pull.body = change.body.replaceAll("\n", "\r\n");
  const writes = writesOf(api).length;
  api.hub.commit(upstream, "master", { "other.yaml": "theirs\n" }, "the base goes on");
  assert.deepEqual(await requestChange(github, change, undefined), first);
  assert.equal(writesOf(api).length, writes);
});

test("a change of files moves the branch of the open request, which stays the one, with one commit", async (t) => {
  const { api, github } = await hub(t);
  const first = await requestChange(github, change, undefined);
  api.hub.commit(upstream, "master", { "other.yaml": "theirs\n" }, "the base goes on");
  const other = {
    ...change,
    title: "New version: Team.Runtime 1.4.0",
    files: { ...change.files, [`${folder}/1.4.0/Team.Runtime.yaml`]: "corrected\n" },
  };
  const second = await requestChange(github, other, first.commit ?? undefined);
  assert.equal(second.number, first.number);
  assert.notEqual(second.commit, first.commit);
  assert.deepEqual(api.hub.log(fork, change.branch), [other.title, "the base goes on", "first"]);
  assert.deepEqual(
    api.hub.pulls.map(({ title, state }) => [title, state]),
    [[other.title, "open"]],
  );
});

const corrected = { ...change, files: { ...change.files, [`${folder}/1.4.0/Team.Runtime.yaml`]: "corrected\n" } };

test("what people committed to the open request stays, also where the change is another by now", async (t) => {
  const { api, github } = await hub(t);
  const first = await requestChange(github, change, undefined);
  const theirs = api.hub.commit(fork, change.branch, { "other.yaml": "reviewed\n" }, "on top");
  const writes = writesOf(api).length;
  for (const wanted of [change, corrected]) {
    const { number, state, commit } = await requestChange(github, wanted, first.commit ?? undefined);
    assert.deepEqual([number, state, commit], [first.number, "requested", null]);
  }
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), theirs);
  assert.equal(writesOf(api).length, writes);
});

test("a commit on top stays even where its author has the name of ours", async (t) => {
  const { api, github } = await hub(t);
  await requestChange(github, change, undefined);
  const author = { ...change.author, date: "2026-01-01T00:00:00Z" };
  const theirs = api.hub.commit(fork, change.branch, { "other.yaml": "by hand\n" }, "on top", author);
  assert.equal((await requestChange(github, corrected, undefined)).commit, null);
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), theirs);
});

test("a commit of ours is moved without a state that knows it, and one that somebody amended is not", async (t) => {
  const { api, github } = await hub(t);
  const { number } = await requestChange(github, change, undefined);
  const moved = await requestChange(github, corrected, undefined);
  assert.deepEqual([moved.number, moved.state], [number, "requested"]);
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), moved.commit);

  const { branches } = api.hub.repositories.get(fork) ?? assert.fail();
  branches.set(change.branch, branches.get("master") ?? "");
  const amended = api.hub.commit(fork, change.branch, { ...change.files, "other.yaml": "x\n" }, change.title);
  assert.equal((await requestChange(github, change, moved.commit ?? undefined)).commit, null);
  assert.equal(branches.get(change.branch), amended);
});

test("somebody's branch that has our files and more, without a request, is left alone", async (t) => {
  const { api, github } = await hub(t);
  const theirs = api.hub.commit(fork, change.branch, { ...change.files, "theirs.yaml": "x\n" }, "theirs");
  await refused(requestChange(github, change, undefined), /which is nothing of this release/);
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), theirs);
});

test("a merged request is done, and asks for nothing more", async (t) => {
  const { api, github } = await hub(t);
  const { number } = await requestChange(github, change, undefined);
  api.hub.merge(number ?? 0);
  const writes = writesOf(api).length;
  const again = await requestChange(github, change, undefined);
  assert.deepEqual([again.number, again.state], [number, "merged"]);
  assert.equal(writesOf(api).length, writes);
});

for (const kept of [true, false]) {
  test(`what was merged and then taken back is asked for again, ${kept ? "on the branch that is left" : "on a new branch"}`, async (t) => {
    const { api, github } = await hub(t);
    const first = await requestChange(github, change, undefined);
    api.hub.merge(first.number ?? 0);
    const absent = Object.keys(change.files).map((path) => [path, null]);
    api.hub.commit(upstream, "master", Object.fromEntries(absent), "rolled back");
    if (kept) api.hub.repositories.get(fork)?.branches.set(change.branch, first.commit ?? "");
    const again = await requestChange(github, change, undefined);
    assert.deepEqual([again.number, again.state], [101, "requested"]);
    assert.deepEqual(api.hub.log(fork, change.branch).slice(0, 2), [change.title, "rolled back"]);
    api.hub.merge(101);
    assert.deepEqual(api.hub.files(upstream, "master"), api.hub.files(upstream, first.commit ?? ""));
    assert.deepEqual((await requestChange(github, change, undefined)).number, 101);
  });
}

test("files that somebody put back after a removal are asked away again", async (t) => {
  const { api, github } = await hub(t);
  const path = `${folder}/1.3.0/Team.Runtime.yaml`;
  const removal = { ...change, files: {}, removed: [path], branch: "Team.Runtime-1.3.0-removed" };
  api.hub.merge((await requestChange(github, removal, undefined)).number ?? 0);
  assert.equal((await requestChange(github, removal, undefined)).state, "merged");
  api.hub.commit(upstream, "master", { [path]: "older\n" }, "promoted again");
  const again = await requestChange(github, removal, undefined);
  assert.deepEqual([again.number, again.state], [101, "requested"]);
});

test("a request that people closed is named and not opened again; other files are another request", async (t) => {
  const { api, github } = await hub(t);
  const { number } = await requestChange(github, change, undefined);
  api.hub.close(number ?? 0);
  const again = await requestChange(github, change, undefined);
  assert.deepEqual([again.number, again.state], [number, "refused"]);
  const next = await requestChange(github, corrected, undefined);
  assert.deepEqual([next.number, next.state], [101, "requested"]);
  assert.deepEqual(
    api.hub.pulls.map(({ state }) => state),
    ["closed", "open"],
  );
});

test("what the base has already needs no request", async (t) => {
  const { api, github } = await hub(t);
  api.hub.commit(upstream, "master", change.files, "somebody else's");
  const { number, state } = await requestChange(github, change, undefined);
  assert.deepEqual([number, state], [null, "merged"]);
  assert.deepEqual(api.hub.pulls, []);
  assert.deepEqual(writesOf(api), []);
});

test("a withdrawal removes files by one commit", async (t) => {
  const { api, github } = await hub(t);
  const removed = [`${folder}/1.3.0/Team.Runtime.yaml`, `${folder}/1.3.0/never.yaml`];
  const { state } = await requestChange(
    github,
    { ...change, files: {}, removed, branch: "Team.Runtime-1.3.0-removal" },
    undefined,
  );
  assert.equal(state, "requested");
  assert.deepEqual(Object.keys(api.hub.files(fork, "Team.Runtime-1.3.0-removal")), ["README.md"]);
});

test("a fork may be the repository itself", async (t) => {
  const { api, github } = await hub(t);
  const { state } = await requestChange(github, { ...change, fork: upstream }, undefined);
  assert.equal(state, "requested");
  assert.deepEqual(
    api.hub.pulls.map((it) => it.fork),
    [upstream],
  );
});

test("somebody else's branch of the same name is left alone, and named", async (t) => {
  const { api, github } = await hub(t);
  const theirs = api.hub.commit(fork, change.branch, { "theirs.yaml": "x\n" }, "theirs");
  await refused(
    requestChange(github, change, undefined),
    /The branch Team\.Runtime-1\.4\.0 of team\/winget-pkgs is at [0-9a-f]{10}, which is nothing of this release/,
  );
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), theirs);
  assert.deepEqual(writesOf(api), []);
});

test("a branch that is moved while the commit is made stays as it is, and the request is refused", async (t) => {
  const { api, github } = await hub(t);
  const first = await requestChange(github, change, undefined);
  let theirs = "";
  api.trouble = (request) => {
    if (request === `POST /repos/${fork}/git/commits` && theirs === "")
      theirs = api.hub.commit(fork, change.branch, { x: "x\n" }, "meanwhile");
    return undefined;
  };
  const other = { ...change, files: { [`${folder}/1.4.0/Team.Runtime.yaml`]: "corrected\n" } };
  await refused(
    requestChange(github, other, first.commit ?? undefined),
    /could not be moved from [0-9a-f]{10}: Reference cannot be updated[\s\S]*Somebody else may have moved it/,
  );
  assert.equal(api.hub.repositories.get(fork)?.branches.get(change.branch), theirs);
});

test("a run that dies between any two requests is completed by the next one", async (t) => {
  const { api } = await hub(t);
  for (let reached = 1; ; reached++) {
    api.hub.pulls.length = 0;
    api.hub.repositories.get(fork)?.branches.delete(change.branch);
    const start = api.requests.length;
    api.trouble = () => (api.requests.length - start > reached ? "cut" : undefined);
    const dying = await openGitHub(standInToken, { apiUrl: api.url, waits: [] });
    const done = await requestChange(dying, change, undefined).catch(() => undefined);
    api.trouble = () => undefined;
    const github = await openGitHub(standInToken, { apiUrl: api.url, waits: [] });
    const { state } = await requestChange(github, change, undefined);
    assert.equal(state, "requested", `cut after ${reached} requests`);
    assert.deepEqual(api.hub.log(fork, change.branch), [change.title, "first"]);
    assert.equal(api.hub.pulls.length, 1);
    if (done !== undefined) break;
  }
});

test("two at once make one branch and one pull request", async (t) => {
  const { api, github } = await hub(t);
  const both = await Promise.all([requestChange(github, change, undefined), requestChange(github, change, undefined)]);
  assert.deepEqual(both[0], both[1]);
  assert.equal(api.hub.pulls.length, 1);
});

test("server errors, cut connections and a rate limit that ends soon are waited for, and a request made twice is one", async (t) => {
  const { api, github } = await hub(t);
  const seen = new Set<string>();
  api.trouble = (request, nth) => {
    if (nth > 1 || seen.has(`${request} ${nth}`)) return undefined;
    seen.add(`${request} ${nth}`);
    if (nth === 1) return { status: 503, body: { message: "unavailable" } };
    if (request.startsWith("POST")) return "cut";
    return {
      status: 403,
      body: { message: "You have exceeded a secondary rate limit" },
      headers: { "retry-after": "0" },
    };
  };
  assert.equal((await requestChange(github, change, undefined)).state, "requested");
  assert.equal(api.hub.pulls.length, 1);
});

const refusals = [
  {
    name: "a token that GitHub does not know",
    make: (api: ApiStandIn) => openGitHub("another-token", { apiUrl: api.url, waits: [] }),
    says: /GitHub refused GET pulls of microsoft\/winget-pkgs with status 401: Bad credentials\.[\s\S]*it has expired/,
  },
  {
    name: "a token that may not write to the fork",
    break: (api: ApiStandIn) => {
      const found = api.hub.repositories.get(fork);
      if (found) found.push = false;
    },
    says: /GitHub refused POST git\/trees of team\/winget-pkgs with status 403: Resource not accessible[\s\S]*needs the permission contents: write for team\/winget-pkgs/,
  },
  {
    name: "a repository that is not there",
    break: (api: ApiStandIn) => void api.hub.repositories.delete(upstream),
    says: /GitHub refused GET pulls of microsoft\/winget-pkgs with status 404: Not Found\.[\s\S]*whether the token may see/,
  },
  {
    name: "a server that stays broken",
    break: (api: ApiStandIn) => {
      api.trouble = () => ({ status: 502, body: "<html>" });
    },
    says: /with status 502: no reason given\.[\s\S]*run again later/,
  },
  {
    name: "a rate limit that ends in an hour",
    break: (api: ApiStandIn) => {
      api.trouble = () => ({
        status: 403,
        body: { message: "API rate limit exceeded" },
        headers: { "x-ratelimit-remaining": "0" },
      });
    },
    says: /asked more than GitHub allows in an hour/,
  },
  {
    name: "an answer that is none of GitHub's",
    break: (api: ApiStandIn) => {
      api.trouble = () => ({ status: 200, body: { hello: "world" } });
    },
    says: /GitHub's answer to GET pulls of microsoft\/winget-pkgs is not the documented one/,
  },
] as const;
for (const row of refusals) {
  test(`refused, with the reason and what to do: ${row.name}`, async (t) => {
    const { api, github } = await hub(t);
    if ("break" in row) row.break(api);
    await refused(requestChange("make" in row ? await row.make(api) : github, change, undefined), row.says);
    assert.deepEqual(api.hub.pulls, []);
  });
}

test("no answer at all is said so", async (t) => {
  const { api } = await hub(t);
  api.trouble = () => "cut";
  const github = await openGitHub(standInToken, { apiUrl: api.url, waits: [0] });
  await refused(
    requestChange(github, change, undefined),
    /GitHub could not be asked \(GET pulls of microsoft\/winget-pkgs\)/,
  );
  assert.equal(api.requests.length, 2);
});

const badChanges: readonly (readonly [string, Partial<Change>])[] = [
  ["a path that leaves the repository", { files: { "../x": "" } }],
  ["a path into .git", { files: { "a/.GIT/config": "" } }],
  ["two paths that one system takes for one", { files: { "a.yaml": "", "A.yaml": "" } }],
  ["a path that is a folder of another", { files: { a: "", "a/b": "" } }],
  ["a branch that git refuses", { branch: "a..b" }],
  ["the base itself as the branch", { fork: upstream, branch: "master" }],
  ["an author of two lines", { author: { name: "a\nb", email: "a@example.org" } }],
  ["a title of two lines", { title: "a\nb" }],
  ["no repository", { repository: "winget-pkgs" }],
];
for (const [name, more] of badChanges) {
  test(`refused before anything is asked: ${name}`, async (t) => {
    const { api, github } = await hub(t);
    await assert.rejects(requestChange(github, { ...change, ...more }, undefined), SlipwayError);
    assert.deepEqual(api.requests, []);
  });
}
