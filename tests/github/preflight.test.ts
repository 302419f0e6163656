import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SlipwayError } from "../../packaging/errors.ts";
import { commitTo, emptyFolder, inRepository } from "../../packaging/git/__fixtures__/repositories.ts";
import { localPlaces } from "../../packaging/places.ts";
import { type Answer, refuseAnswers } from "../../packaging/preflight/answer.ts";
import { askBucket } from "../../packaging/preflight/ask-bucket.ts";
import { askClock } from "../../packaging/preflight/ask-clock.ts";
import { askGit } from "../../packaging/preflight/ask-git.ts";
import { askPullRequest, askRepository, type PullDestination } from "../../packaging/preflight/ask-github.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import { gitServer } from "../git/http-server.ts";
import { apiStandIn, standInToken } from "./api-stand-in.ts";

const upstream = "microsoft/winget-pkgs";
const fork = "team/winget-pkgs";
const token = { kind: "state", secret: standInToken } as const;
const absent = { kind: "env", name: "SLIPWAY_TEST_NO_SUCH_TOKEN" } as const;
const destination: PullDestination = { repository: upstream, base: "master", fork, branch: "b-1.0.0", token };

async function hub(t: TestContext) {
  const api = await apiStandIn(t);
  process.env["GITHUB_API_URL"] = api.url;
  t.after(() => delete process.env["GITHUB_API_URL"]);
  api.hub.addRepository(upstream, { "README.md": "packages\n" });
  api.hub.addRepository(fork, upstream);
  return api;
}

const told = (answers: readonly Answer[]) => answers.map(({ ok, answer }) => `${ok ? "ok" : "no"}: ${answer}`);

test("a fork that may be written to and has the branch free is ready, and nothing is changed", async (t) => {
  const api = await hub(t);
  const answers = await askPullRequest(destination, true);
  assert.match(told(answers).join("\n"), /^ok: yes; master is at [0-9a-f]{10}\nok: yes\nok: yes$/);
  assert.ok(api.requests.every((it) => it.startsWith("GET ")));
});

const pullRows: readonly {
  name: string;
  arrange: (api: Awaited<ReturnType<typeof hub>>) => void;
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
    name: "a branch that holds something else",
    arrange: (api) => void api.hub.commit(fork, "b-1.0.0", { x: "x\n" }, "theirs"),
    more: { change: { files: { a: "a\n" }, removed: [] } },
    says: /no: no, it is at [0-9a-f]{10}, which is nothing of this release/,
  },
  {
    name: "a branch that holds what is to be asked for",
    arrange: (api) => void api.hub.commit(fork, "b-1.0.0", { a: "a\n" }, "ours"),
    more: { change: { files: { a: "a\n" }, removed: [] } },
    says: /ok: it has what is to be asked for/,
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
    arrange(api);
    const answers = await askPullRequest({ ...destination, ...more }, true);
    assert.match(told(answers).at(-1) ?? "", says);
    assert.ok(answers.slice(0, -1).every(({ ok }) => ok));
    assert.ok(api.requests.every((it) => it.startsWith("GET ")));
  });
}

test("a preview without a token asks nothing and goes on", async (t) => {
  const api = await hub(t);
  assert.deepEqual(told(await askRepository({ repository: upstream, token: absent }, false)), [
    "ok: the environment variable SLIPWAY_TEST_NO_SUCH_TOKEN has none: nothing was asked",
  ]);
  assert.deepEqual(api.requests, []);
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

test("a bucket says what it has, and other bytes under a version stand in the way", async (t) => {
  const folder = await emptyFolder(t);
  await mkdir(join(folder, "releases", "runtime", "1.0.0"), { recursive: true });
  await writeFile(join(folder, "releases", "runtime", "1.0.0", "release.json"), "{}\n");
  const store = directoryStore(folder);
  const digest = "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356";
  const release = (version: string, record?: string) => ({
    product: "runtime",
    folder: version,
    ...(record && { record }),
  });
  const answers = await askBucket("s3://bucket", store, [
    release("1.0.1"),
    release("1.0.0"),
    release("1.0.0", digest),
    release("1.0.0", "0".repeat(64)),
  ]);
  assert.deepEqual(told(answers), [
    "ok: yes; no channel is in it yet",
    "ok: no",
    "ok: yes, with a record of SHA-256 ca3d163bab05",
    "ok: yes, with the same bytes",
    "no: yes, with other bytes (SHA-256 ca3d163bab05 in place of 000000000000).",
  ]);
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
