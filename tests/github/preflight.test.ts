import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SlipwayError } from "../../packaging/errors.ts";
import { commitTo, emptyFolder, inRepository } from "../../packaging/git/__fixtures__/repositories.ts";
import { makeCommit, pointBranch } from "../../packaging/github/branch-commit.ts";
import { openGitHub } from "../../packaging/github/github.ts";
import { requestChange } from "../../packaging/github/request-change.ts";
import { gitHubServer } from "../../packaging/github-release/__fixtures__/github-server.ts";
import { tagOf } from "../../packaging/github-release/tag.ts";
import { nameOf, recordedFiles } from "../../packaging/github-release/wanted-release.ts";
import { localPlaces } from "../../packaging/places.ts";
import { versionRequest } from "../../packaging/plan/winget-plan.ts";
import { type Answer, refuseAnswers } from "../../packaging/preflight/answer.ts";
import { askClock } from "../../packaging/preflight/ask-clock.ts";
import { askGit } from "../../packaging/preflight/ask-git.ts";
import { askPullRequests, askReleases, type PullDestination } from "../../packaging/preflight/ask-github.ts";
import type { AskedRequest } from "../../packaging/preflight/asked-requests.ts";
import { builtRelease } from "../../packaging/record/__fixtures__/release.ts";
import { gitServer } from "../git/http-server.ts";
import { apiStandIn, standInToken } from "./api-stand-in.ts";

const upstream = "microsoft/winget-pkgs";
const fork = "team/winget-pkgs";
const token = { kind: "state", secret: standInToken } as const;
const absent = { kind: "env", name: "SLIPWAY_TEST_NO_SUCH_TOKEN" } as const;
const author = { name: "Team", email: "team@example.com" };
const request: AskedRequest = {
  ...versionRequest("Team.Odd", "1.0.0", undefined),
  author,
};
const removal: AskedRequest = { ...versionRequest("Team.Odd", "0.9.0", "1.0.0"), author };
const destination: PullDestination = { repository: upstream, base: "master", fork, requests: [request], token };
const manifest = "manifests/t/Team/Odd/1.0.0/Team.Odd.yaml";

async function hub(t: TestContext) {
  const api = await apiStandIn(t);
  process.env["GITHUB_API_URL"] = api.url;
  t.after(() => delete process.env["GITHUB_API_URL"]);
  api.hub.addRepository(upstream, { "README.md": "packages\n" });
  api.hub.addRepository(fork, upstream);
  return api;
}

/** What the request asks for, but for its files. */
const change = {
  ...{ repository: upstream, base: "master", fork, branch: request.branch, author, date: 1_700_000_000 },
  ...{ title: "New version: Team.Odd version 1.0.0", body: "Odd 1.0.0.", files: {}, removed: [] },
};

const told = (answers: readonly Answer[]) => answers.map(({ ok, answer }) => `${ok ? "ok" : "no"}: ${answer}`);

test("a fork that may be written to and has the branch free is ready, and nothing is changed", async (t) => {
  const api = await hub(t);
  const answers = await askPullRequests(destination, true);
  assert.match(
    told(answers).join("\n"),
    /^ok: yes; master is at [0-9a-f]{10}\nok: yes\nok: no; an update asks for it\nok: yes$/,
  );
  assert.deepEqual(
    answers.map(({ question }) => question),
    [
      "does it take pull requests?",
      "may this token write there?",
      "has it Team.Odd 1.0.0?",
      "is the branch Team.Odd-1.0.0 free?",
    ],
  );
  assert.ok(api.requests.every((it) => it.startsWith("GET ")));
});

const pullRows: readonly {
  name: string;
  arrange: (api: Awaited<ReturnType<typeof hub>>) => unknown;
  more?: Partial<PullDestination>;
  says: RegExp;
}[] = [
  {
    name: "a repository that is not there",
    arrange: (api) => void api.hub.repositories.delete(upstream),
    says: /no: GitHub refused GET microsoft\/winget-pkgs with status 404/,
  },
  {
    name: "a base that is not there",
    arrange: () => undefined,
    more: { base: "main" },
    says: /no: no, it has no branch main/,
  },
  {
    name: "a fork that is not there",
    arrange: (api) => void api.hub.repositories.delete(fork),
    says: /no: GitHub refused GET team\/winget-pkgs with status 404/,
  },
  {
    name: "a repository of that name that is no fork",
    arrange: (api) => void api.hub.addRepository(fork, { a: "a\n" }),
    says: /no: no, it is no fork of microsoft\/winget-pkgs/,
  },
  {
    name: "a token that may only read",
    arrange: (api) => {
      const found = api.hub.repositories.get(fork);
      if (found) found.push = false;
    },
    says: /no: no\.$/,
  },
  {
    name: "an archived fork",
    arrange: (api) => {
      const found = api.hub.repositories.get(fork);
      if (found) found.archived = true;
    },
    says: /no: no, it is archived/,
  },
  {
    name: "a branch that somebody else made",
    arrange: (api) => void api.hub.commit(fork, request.branch, { x: "x\n" }, "theirs"),
    says: /no: no, it is at [0-9a-f]{10}, which is nothing of ours\.$/,
  },
  {
    name: "a branch that an update left which ended early",
    arrange: async (api) => {
      const github = await openGitHub(standInToken, { apiUrl: api.url });
      const commit = await makeCommit(github, { ...change, files: { [manifest]: "a\n" } });
      await pointBranch(github, change, undefined, commit);
    },
    says: /ok: it is at [0-9a-f]{10}, from an update that ended early$/,
  },
  {
    name: "a branch of an open pull request, to which people have committed",
    arrange: async (api) => {
      const github = await openGitHub(standInToken, { apiUrl: api.url });
      await requestChange(github, { ...change, files: { [manifest]: "a\n" } }, undefined);
      api.hub.commit(fork, request.branch, { [manifest]: "b\n" }, "theirs");
    },
    says: /ok: it is that of pull request 100, which is requested$/,
  },
  {
    name: "a branch of a pull request that people closed",
    arrange: async (api) => {
      const github = await openGitHub(standInToken, { apiUrl: api.url });
      await requestChange(github, { ...change, files: { [manifest]: "a\n" } }, undefined);
      api.hub.close(100);
    },
    says: /ok: it is that of pull request 100, which is refused$/,
  },
  {
    name: "a version that was merged, whose branch is gone",
    arrange: async (api) => {
      const github = await openGitHub(standInToken, { apiUrl: api.url });
      await requestChange(github, { ...change, files: { [manifest]: "a\n" } }, undefined);
      api.hub.merge(100);
    },
    says: /ok: yes; an update asks for what differs, if anything does\nok: yes; it was that of pull request 100, which is merged$/,
  },
  {
    name: "a version that others brought there, and a branch that is nobody's any more",
    arrange: (api) => {
      api.hub.commit(upstream, "master", { [manifest]: "a\n" }, "theirs");
      api.hub.commit(fork, request.branch, { x: "x\n" }, "theirs");
    },
    says: /ok: yes; an update asks for what differs[^\n]*\nok: it is at [0-9a-f]{10}, which is nothing of ours; an update may do without it/,
  },
  {
    name: "a version that is to go, and is there",
    arrange: (api) => void api.hub.commit(upstream, "master", { [manifest]: "a\n" }, "theirs"),
    more: { requests: [removal] },
    says: /ok: yes; an update asks that it goes\nok: yes$/,
  },
  {
    name: "a version that is to go, and is not there",
    arrange: () => undefined,
    more: { requests: [removal] },
    says: /ok: no; nothing has to go\nok: yes$/,
  },
  {
    name: "an update without a token",
    arrange: () => undefined,
    more: { token: absent },
    says: /^no: the environment variable SLIPWAY_TEST_NO_SUCH_TOKEN has none: nothing was asked$/,
  },
];
for (const { name, arrange, more, says } of pullRows) {
  test(`asked of GitHub: ${name}`, async (t) => {
    const api = await hub(t);
    await arrange(api);
    const before = api.requests.length;
    const answers = await askPullRequests({ ...destination, ...more }, true);
    assert.match(told(answers).join("\n"), says);
    assert.ok(answers.slice(0, -1).every(({ ok }) => ok));
    assert.ok(api.requests.slice(before).every((it) => it.startsWith("GET ")));
  });
}

test("a preview without a token asks nothing and goes on", async (t) => {
  const api = await hub(t);
  assert.deepEqual(told(await askReleases({ repository: upstream, token: absent, releases: [] }, false)), [
    "ok: the environment variable SLIPWAY_TEST_NO_SUCH_TOKEN has none: nothing was asked",
  ]);
  assert.deepEqual(api.requests, []);
});

test("a release on GitHub is told: none yet, with these files, or with others; somebody else's draft is refused", async (t) => {
  const github = await gitHubServer(t);
  process.env["GITHUB_API_URL"] = github.origin;
  t.after(() => delete process.env["GITHUB_API_URL"]);
  const { record } = builtRelease();
  const { product, version } = record;
  const path = `releases/${product}/${version}/release.json`;
  const release = {
    product,
    version,
    folder: version,
    record,
    recordObject: { path, size: 9, sha256: "9".repeat(64) },
  };
  const right = { kind: "state", secret: "right-token" } as const;
  const destination = { repository: "team/alpha", token: right, releases: [release] };
  const asked = async () => told(await askReleases(destination, true)).slice(1);
  assert.deepEqual(await asked(), ["ok: no"]);
  const files = recordedFiles(release);
  const signature = { name: "SHA256SUMS.asc", size: 3, sha256: "5".repeat(64) };
  const assets = [...files, signature].map(({ name, size, sha256 }, id) => ({
    ...{ id, name, size, state: "uploaded", digest: `sha256:${sha256}` },
  }));
  const there = { id: 900, tag_name: tagOf(record), name: "By hand", body: null, prerelease: false };
  github.releases.push({ ...there, draft: true, assets: [] });
  assert.match((await asked()).join(), /^no: somebody else made a draft of \S+ on GitHub, "By hand"/);
  github.releases[0] = { ...there, body: `<!-- slipway: ${nameOf(record)} -->`, draft: true, assets: [] };
  assert.deepEqual(await asked(), ["ok: a draft of ours, which an update goes on with"]);
  github.releases[0] = { ...there, draft: false, assets };
  assert.deepEqual(await asked(), ["ok: yes, with these files"]);
  const leaves = "; an update leaves it as it is, and is refused where it would have to write it";
  const notes = { id: 99, name: "notes.pdf", size: 3, state: "uploaded", digest: null };
  github.releases[0] = { ...there, draft: false, assets: [...assets, notes] };
  const added = "notes.pdf: not of this release";
  assert.deepEqual(await asked(), [`ok: yes, published with other files: ${added}${leaves}`]);
  github.releases[0] = { ...there, draft: false, assets: assets.slice(1, -1) };
  const gone = `${files[0]?.name}: missing, SHA256SUMS.asc: missing`;
  assert.deepEqual(await asked(), [`ok: yes, published with other files: ${gone}${leaves}`]);
  const before = github.lists();
  const both = { ...destination, releases: [release, { ...release, record: { ...record, product: "another" } }] };
  assert.deepEqual(told(await askReleases(both, true)).slice(-1), ["ok: no"]);
  assert.equal(github.lists() - before, 1);
  assert.deepEqual(github.log, []);
});

test("a git repository is asked by a push that only pretends", async (t) => {
  const folder = await emptyFolder(t);
  await commitTo(folder, "tap");
  const server = await gitServer(t, folder, standInToken);
  await inRepository(join(folder, "tap"), "config", "http.receivepack", "true");
  const remote = `${server.url}tap`;
  const places = localPlaces();
  const ready = await askGit({ remote, branch: "main", token }, places, true);
  assert.match(told(ready).join("\n"), /^ok: yes; main is at [0-9a-f]{10}\nok: yes$/);
  assert.match(
    told(await askGit({ remote, branch: "next", token }, places, true)).join("\n"),
    /the first commit starts its branch next/,
  );
  assert.equal(await inRepository(join(folder, "tap"), "for-each-ref", "--format=%(refname)"), "refs/heads/main");

  server.trouble = async (request) => (request.includes("git-receive-pack") ? { status: 403 } : undefined);
  const readOnly = await askGit({ remote, branch: "main", token }, places, true);
  assert.match(told(readOnly).join("\n"), /^ok: [^\n]*\nno: [^\n]*error: 403/);
  const wrong = await askGit(
    { remote, branch: "main", token: { kind: "state", secret: "another-token" } },
    places,
    true,
  );
  assert.match(told(wrong).join("\n"), /^no: The git repository [^\n]* could not be read/);
  assert.doesNotMatch(JSON.stringify([ready, readOnly, wrong]), new RegExp(`${standInToken}|another-token`));
  const fresh = await askGit({ remote: join(folder, "not-there"), branch: "main" }, places, true);
  assert.deepEqual(told(fresh), ["ok: it is made by the first commit"]);
});

test("a clock may be five minutes from a server's, and no more; a server that is not there says nothing", async (t) => {
  const { url } = await apiStandIn(t);
  const shifted = (seconds: number) => ({ now: () => Math.floor(Date.now() / 1000) + seconds });
  assert.match(told([await askClock(url, shifted(240))])[0] ?? "", /^ok: yes, 2[34]\d s ahead$/);
  assert.match(told([await askClock(url, shifted(-400))])[0] ?? "", /^no: no, it is (?:39|40)\d s behind\.$/);
  assert.match(told([await askClock(url, shifted(400))])[0] ?? "", /^no: no, it is (?:39|40)\d s ahead\.$/);
  assert.deepEqual(told([await askClock("http://127.0.0.1:1", shifted(0))]), ["ok: it does not say"]);
});

test("all that stands in the way is refused at once", () => {
  const answer = (destination: string, ok: boolean): Answer => ({
    destination,
    question: "may it?",
    answer: ok ? "yes" : "no.",
    ok,
    hint: "Do this.",
  });
  refuseAnswers([answer("a", true)]);
  assert.throws(
    () => refuseAnswers([answer("a", false), answer("b", true), answer("c", false)]),
    (error) =>
      error instanceof SlipwayError &&
      error.message ===
        "a: may it? no.  [SLW-PREFLIGHT]\n    Do this.\nc: may it? no.  [SLW-PREFLIGHT]\n    Do this.\n2 mistakes; nothing was built or written.",
  );
});
