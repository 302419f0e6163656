import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SlipwayError } from "../../packaging/errors.ts";
import { aCommit, emptyFolder, gitOn, inRepository } from "../../packaging/git/__fixtures__/repositories.ts";
import { commitFiles } from "../../packaging/git/commit-files.ts";
import { run } from "../../packaging/process.ts";
import { gitServer } from "./http-server.ts";

const token = "ghp_0123456789TokenThatNobodyMaySee";
const encoded = Buffer.from(`x-access-token:${token}`).toString("base64");

function assertHidden(text: string): void {
  for (const secret of [token, encoded]) assert.ok(!text.includes(secret), "a token is in the text");
}

async function served(t: Parameters<typeof gitServer>[0]) {
  const folder = await emptyFolder(t);
  const tap = join(folder, "tap.git");
  await run({ file: "git", args: ["init", "--quiet", "--bare", "--initial-branch=main", tap] });
  const server = await gitServer(t, folder, token);
  return { folder, tap, server, remote: `${server.url}tap.git` };
}

test("a token reaches a server in a header, and no argument list, file or output", {
  skip: process.platform !== "linux",
}, async (t) => {
  const { folder, tap, server, remote } = await served(t);
  const seen = { lists: "", files: "" };
  const look = async () => {
    for (const process of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      seen.lists += await readFile(`/proc/${process}/cmdline`, "latin1").catch(() => "");
    }
    const ours = (await readdir(folder))
      .filter((name) => name.startsWith("scratch-"))
      .map((name) => join(folder, name));
    for (const scratch of ours) seen.files += await readFile(join(scratch, "configuration"), "latin1").catch(() => "");
    const entries = ours.map((scratch) => readdir(scratch, { recursive: true, withFileTypes: true }).catch(() => []));
    for (const entry of (await Promise.all(entries)).flat()) {
      if (entry.isFile()) seen.files += await readFile(join(entry.parentPath, entry.name), "latin1").catch(() => "");
    }
  };
  // While git is at work it waits for the server's answer.
  server.trouble = async () => {
    await look();
    return undefined;
  };
  const { commit } = await gitOn(folder, remote, (git) => commitFiles(git, aCommit()), token);
  assert.equal(await inRepository(tap, "rev-parse", "main"), commit);
  assert.ok(/remote-http/.test(seen.lists));
  assert.ok(seen.files.includes("followRedirects"));
  assertHidden(seen.lists);
  assertHidden(seen.files);
  assert.ok(server.authorizations.every((it) => it === `Basic ${encoded}`));
});

test("a second commit goes over the wire on top of a shallow base without its files", async (t) => {
  const { folder, tap, remote } = await served(t);
  const commit = (files: Record<string, string>) =>
    gitOn(folder, remote, (git) => commitFiles(git, aCommit({ files })), token);
  await commit({ "README.md": "tap\n", "Formula/runtime.rb": "one\n" });
  await commit({ "Formula/runtime.rb": "two\n" });
  await commit({ "Formula/runtime.rb": "three\n" });
  assert.equal(await inRepository(tap, "show", "main:README.md"), "tap");
  assert.equal(await inRepository(tap, "rev-list", "--count", "main"), "3");
  assert.equal(await inRepository(tap, "fsck", "--strict", "--no-dangling"), "");
});

test("a server that is broken for a moment is asked again", async (t) => {
  const { folder, server, remote } = await served(t);
  server.trouble = async (_, nth) => (nth === 0 ? { status: 503 } : undefined);
  assert.ok(await gitOn(folder, remote, (git) => commitFiles(git, aCommit()), token));
});

const refusals = [
  {
    name: "another token",
    token: "another-token",
    says: /could not be read or written[\s\S]*wants a token that it knows/,
  },
  { name: "no token", token: undefined, says: /wants a token that it knows/ },
  { name: "a token that may not", trouble: { status: 403 }, token, says: /may not do this there/ },
  { name: "a repository that is not there", trouble: { status: 404 }, token, says: /Look at the address/ },
  {
    name: "a server that sends on to another",
    trouble: { status: 302, headers: { location: "http://localhost:1/tap.git/info/refs?service=git-upload-pack" } },
    token,
    says: /has another address now/,
  },
] as const;
for (const row of refusals) {
  test(`refused in one message without a token or a question: ${row.name}`, async (t) => {
    const { folder, server, remote } = await served(t);
    if ("trouble" in row) server.trouble = async () => row.trouble;
    await assert.rejects(
      gitOn(folder, remote, (git) => commitFiles(git, aCommit()), row.token),
      (error) => {
        assert.ok(error instanceof SlipwayError);
        assert.equal(error.code, "SLW-GIT");
        assert.match(error.message, row.says);
        assertHidden(error.message);
        return true;
      },
    );
  });
}
