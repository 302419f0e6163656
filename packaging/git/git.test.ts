import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { run } from "../process.ts";
import { aCommit, emptyFolder, gitOn, inRepository } from "./__fixtures__/repositories.ts";
import { commitFiles } from "./commit-files.ts";
import { gitConfiguration, gitEnvironment } from "./configuration.ts";
import { parseRemote } from "./remote.ts";

const token = "ghp_0123456789TokenThatNobodyMaySee";

test("nothing is left of the folder that git worked in, whatever happens", async (t) => {
  const folder = await emptyFolder(t);
  await gitOn(folder, "tap", (git) => commitFiles(git, aCommit()));
  await assert.rejects(gitOn(folder, "tap", async () => assert.fail("stopped")));
  assert.deepEqual(await readdir(folder), ["tap"]);
});

test("two processes commit at once, and one that is killed before its push leaves nothing and is completed by a rerun", async (t) => {
  const folder = await emptyFolder(t);
  const child = join(import.meta.dirname, "__fixtures__", "commit-child.ts");
  const commit = (product: string, kill: string) =>
    run({ file: process.execPath, args: [child, folder, product, kill], accept: [0, 137], timeoutSeconds: 120 }).catch(
      (error: Error) => error,
    );
  await commit("first", "no");
  await Promise.all([commit("a", "no"), commit("b", "no"), commit("killed", "before-push")]);
  const tap = join(folder, "tap");
  const subjects = async () => (await inRepository(tap, "log", "--format=%s", "main")).split("\n").toSorted();
  assert.deepEqual(await subjects(), ["a", "b", "first"]);
  await commit("killed", "no");
  await commit("killed", "no");
  assert.deepEqual(await subjects(), ["a", "b", "first", "killed"]);
});

const remotes: readonly (readonly [string, Partial<ReturnType<typeof parseRemote>>])[] = [
  ["https://github.com/team/homebrew-tap.git", { server: "https://github.com/", folder: undefined }],
  ["ssh://git@example.org/tap.git", { server: undefined, folder: undefined }],
  ["git@example.org:team/tap.git", { location: "git@example.org:team/tap.git", folder: undefined }],
];
for (const [name, parts] of remotes) {
  test(`a remote: ${name}`, () => {
    const found = parseRemote(name, "/root-of-project");
    for (const [key, value] of Object.entries(parts)) assert.equal(found[key as keyof typeof found], value);
  });
}

const badRemotes = [
  "",
  "--upload-pack=touch /tmp/x",
  "ext::sh -c true",
  "helper::address",
  "git://example.org/tap.git",
  "ftp://example.org/tap.git",
  "https://user:secret-in-address@example.org/tap.git",
  "https://secret-in-address@example.org/tap.git",
  "line\nbreak",
  "-oProxyCommand=x:y",
  "host::tap",
];
for (const name of badRemotes) {
  test(`no remote, and nothing is run: ${JSON.stringify(name)}`, () => {
    assert.throws(
      () => parseRemote(name, "/root-of-project"),
      (error) =>
        error instanceof SlipwayError && error.code === "SLW-GIT" && !error.message.includes("secret-in-address"),
    );
  });
}

test("a token is not sent in clear over a network", async (t) => {
  const folder = await emptyFolder(t);
  await assert.rejects(
    gitOn(folder, "http://example.org/tap.git", async () => assert.fail("reached"), token),
    /would be read by whoever listens/,
  );
  assert.deepEqual(await readdir(folder), []);
});

test("what git gets is our configuration, proxies and agents, and nothing else of the caller", () => {
  const from = {
    HTTPS_PROXY: "http://proxy:3128",
    SSH_AUTH_SOCK: "/agent",
    GIT_SSL_CAINFO: "/ca",
    GIT_DIR: "/x",
    GIT_TRACE: "1",
    GH_TOKEN: token,
  };
  assert.deepEqual(gitEnvironment("/conf", undefined, from), {
    HTTPS_PROXY: "http://proxy:3128",
    GIT_SSL_CAINFO: "/ca",
    SSH_AUTH_SOCK: "/agent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/conf",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=30",
  });
  const windows = gitConfiguration(parseRemote('fol"der\\x', "/root-of-project"), "win32");
  assert.match(windows, /sslBackend = "schannel"/);
  assert.match(windows, /url = "[^\n]*fol\\"der[^\n]*"\n$/);
});
