import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { run } from "../process.ts";
import { aCommit, commitTo, emptyFolder, gitOn, inRepository } from "./__fixtures__/repositories.ts";
import { fetchTip, tipId } from "./branch.ts";
import { branchDifferences, commitFiles } from "./commit-files.ts";

test("a folder that is not there becomes a bare repository with one commit of all files", async (t) => {
  const folder = await emptyFolder(t);
  const files = { "Formula/runtime.rb": "one\ntwo\n", "Casks/runtime.rb": "naïve\r\nlines" };
  const { commit, tree } = await commitTo(folder, "taps/tap.git", { files });
  const tap = join(folder, "taps", "tap.git");
  assert.equal(
    await inRepository(tap, "log", "--format=%H %T %an <%ae> %at %ct %s", "main"),
    `${commit} ${tree} Releases <releases@example.org> 1700000000 1700000000 runtime 1.0.0`,
  );
  assert.equal(await inRepository(tap, "show", "main:Casks/runtime.rb"), "naïve\r\nlines");
  assert.deepEqual(
    (await readdir(join(folder, "taps"))).filter((entry) => entry.startsWith("tap")),
    ["tap.git"],
  );
  assert.equal(await inRepository(tap, "symbolic-ref", "HEAD"), "refs/heads/main");
  assert.equal(await inRepository(tap, "fsck", "--strict"), "");
});

test("the same request over an equal base gives the same commit on another machine", async (t) => {
  const [one, other] = [await emptyFolder(t), await emptyFolder(t)];
  assert.deepEqual(await commitTo(one, "tap"), await commitTo(other, "tap"));
});

test("files that are as they should be make no commit", async (t) => {
  const folder = await emptyFolder(t);
  const first = await commitTo(folder, "tap");
  assert.deepEqual(await commitTo(folder, "tap", { message: "other words", date: 1_800_000_000 }), first);
  assert.equal(await inRepository(join(folder, "tap"), "rev-list", "--count", "main"), "1");
});

test("an earlier date does not put a commit before its base", async (t) => {
  const folder = await emptyFolder(t);
  await commitTo(folder, "tap");
  await commitTo(folder, "tap", { files: { "Formula/runtime.rb": "older\n" }, date: 1_600_000_000 });
  assert.equal(
    await inRepository(join(folder, "tap"), "log", "-1", "--format=%at %ct", "main"),
    "1600000000 1700000000",
  );
});

test("what was written before and is no more is removed, and others' files stay", async (t) => {
  const folder = await emptyFolder(t);
  await commitTo(folder, "tap", { files: { "README.md": "theirs\n", "Formula/other.rb": "theirs\n" } });
  await commitTo(folder, "tap", { files: { "Formula/a.rb": "a\n", "Formula/b.rb": "b\n", deep: "a file\n" } });
  const owned = ["Formula/a.rb", "Formula/b.rb", "Formula/never.rb", "deep"];
  await commitTo(folder, "tap", { files: { "Formula/b.rb": "b\n", "deep/er": "now a folder\n" }, owned });
  assert.equal(
    await inRepository(join(folder, "tap"), "ls-tree", "-r", "--name-only", "main"),
    "Formula/b.rb\nFormula/other.rb\nREADME.md\ndeep/er",
  );
});

test("a file by another mode or with other bytes is named, and a commit repairs it", async (t) => {
  const folder = await emptyFolder(t);
  const files = { "Formula/a.rb": "a\n", "Formula/b.rb": "b\n", "Formula/c.rb": "c\n" };
  await commitTo(folder, "tap", { files });
  const clone = join(folder, "clone");
  await inRepository(folder, "clone", "--quiet", join(folder, "tap"), clone);
  await writeFile(join(clone, "Formula/a.rb"), "tampered\n");
  await inRepository(clone, "rm", "--quiet", "Formula/b.rb");
  await inRepository(clone, "add", ".");
  await inRepository(clone, "update-index", "--chmod=+x", "Formula/c.rb");
  await inRepository(
    clone,
    "-c",
    "user.name=x",
    "-c",
    "user.email=x@example.org",
    "commit",
    "--quiet",
    "-m",
    "tampering",
  );
  await inRepository(clone, "push", "--quiet");
  const differences = () => gitOn(folder, "tap", (git) => branchDifferences(git, "main", files));
  assert.deepEqual(await differences(), ["Formula/a.rb: altered", "Formula/b.rb: missing", "Formula/c.rb: altered"]);
  await commitTo(folder, "tap", { files });
  assert.deepEqual(await differences(), []);
  assert.equal(await inRepository(join(folder, "tap"), "rev-list", "--count", "main"), "3");
});

test("many commit at once to a repository that is not there: each has its commit, and none is lost", async (t) => {
  const folder = await emptyFolder(t);
  const products = ["a", "b", "c", "d", "e"];
  await Promise.all(
    products.map((it) => commitTo(folder, "tap", { files: { [`Formula/${it}.rb`]: `${it}\n` }, message: it })),
  );
  const tap = join(folder, "tap");
  assert.deepEqual((await inRepository(tap, "log", "--format=%s", "main")).split("\n").toSorted(), products);
  assert.equal((await inRepository(tap, "ls-tree", "-r", "--name-only", "main")).split("\n").length, products.length);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes(".new")),
    [],
  );
});

test("a commit that was overtaken between its fetch and its push goes on top of the other", async (t) => {
  const folder = await emptyFolder(t);
  await commitTo(folder, "tap", { files: { "README.md": "tap\n" } });
  let overtaken = 0;
  await gitOn(folder, "tap", (git) =>
    commitFiles(
      {
        ...git,
        ask: async (args, accept) => {
          if (args[0] === "push" && overtaken < 2) {
            overtaken += 1;
            await commitTo(folder, "tap", { files: { [`Formula/other-${overtaken}.rb`]: "theirs\n" } });
          }
          return git.ask(args, accept);
        },
      },
      aCommit(),
    ),
  );
  assert.equal(overtaken, 2);
  assert.equal(
    await inRepository(join(folder, "tap"), "ls-tree", "-r", "--name-only", "main"),
    "Formula/other-1.rb\nFormula/other-2.rb\nFormula/runtime.rb\nREADME.md",
  );
});

test("a push whose answer was lost is found to be there", async (t) => {
  const folder = await emptyFolder(t);
  const first = await commitTo(folder, "tap", { files: { "README.md": "tap\n" } });
  const made = await gitOn(folder, "tap", (git) =>
    commitFiles(
      {
        ...git,
        ask: async (args, accept) => {
          const answer = await git.ask(args, accept);
          return args[0] === "push" ? { exitCode: 1, stdout: "", stderr: "the connection was cut" } : answer;
        },
      },
      aCommit(),
    ),
  );
  assert.notEqual(made.commit, first.commit);
  assert.equal(await gitOn(folder, "tap", (git) => tipId(git, "main")), made.commit);
});

test("only the newest commit and its trees are fetched, and no file", async (t) => {
  const folder = await emptyFolder(t);
  for (const text of ["one\n", "two\n", "three\n"])
    await commitTo(folder, "tap", { files: { "Formula/runtime.rb": text } });
  await gitOn(folder, "tap", async (git) => {
    assert.ok(await fetchTip(git, "main"));
    const objects = await git.run(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
    assert.deepEqual(objects.split("\n").toSorted(), ["commit", "tree", "tree"]);
  });
});

const obstacles = [
  {
    name: "a link in a file's place",
    mode: "120000",
    at: "Formula/runtime.rb",
    says: /Formula\/runtime\.rb is a symbolic link in tap/,
  },
  { name: "a link in a folder's place", mode: "120000", at: "Formula", says: /Formula is a symbolic link/ },
  { name: "a file in a folder's place", mode: "100644", at: "Formula", says: /Formula is a file/ },
  { name: "a submodule in a folder's place", mode: "160000", at: "Formula", says: /Formula is a submodule/ },
  { name: "a folder in a file's place", mode: "100644", at: "Formula/runtime.rb/x", says: /runtime\.rb is a folder/ },
] as const;
for (const { name, mode, at, says } of obstacles) {
  test(`refused, with nothing written: ${name}`, async (t) => {
    const folder = await emptyFolder(t);
    const { commit } = await commitTo(folder, "tap", { files: { "README.md": "tap\n" } });
    const tap = join(folder, "tap");
    const object = mode === "160000" ? commit : await inRepository(tap, "rev-parse", "main:README.md");
    const stream = `commit refs/heads/main\ncommitter x <x@example.org> 1 +0000\ndata 1\nx\nfrom ${commit}\nM ${mode} ${object} ${at}\n`;
    await run({ file: "git", args: ["--git-dir", tap, "fast-import", "--quiet"], input: stream });
    await assert.rejects(commitTo(folder, "tap"), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.code, "SLW-GIT");
      return says.test(error.message);
    });
    assert.equal(await inRepository(tap, "rev-list", "--count", "main"), "2");
  });
}

test("no configuration, hook, template, variable or prompt of a user has effect", async (t) => {
  const folder = await emptyFolder(t);
  const hooks = join(folder, "hooks");
  await mkdir(hooks);
  for (const hook of [
    "pre-push",
    "reference-transaction",
    "post-index-change",
    "pre-receive",
    "update",
    "post-receive",
  ]) {
    await writeFile(join(hooks, hook), `#!/bin/sh\ntouch '${join(folder, "hook-ran")}'\nexit 1\n`);
    await chmod(join(hooks, hook), 0o755);
  }
  await mkdir(join(folder, "template", "hooks"), { recursive: true });
  await writeFile(
    join(folder, ".gitconfig"),
    `[core]\n\thooksPath = "${hooks.replaceAll("\\", "/")}"\n\tautocrlf = true\n\teol = crlf\n[commit]\n\tgpgSign = true\n[push]\n\tgpgSign = true\n` +
      `[init]\n\ttemplateDir = "${folder.replaceAll("\\", "/")}/template"\n\tdefaultBranch = elsewhere\n[user]\n\tname = Nobody\n\temail = nobody@example.org\n` +
      `[url "file:///nowhere/"]\n\tinsteadOf = "${folder.replaceAll("\\", "/")}/"\n[i18n]\n\tcommitEncoding = latin1\n[credential]\n\thelper = store\n`,
  );
  const hostile = {
    ...{ HOME: folder, XDG_CONFIG_HOME: folder, USERPROFILE: folder, GIT_DIR: "/nowhere", GIT_AUTHOR_NAME: "Nobody" },
    ...{ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.hooksPath", GIT_CONFIG_VALUE_0: hooks, LC_ALL: "de_DE.UTF-8" },
  };
  const earlier = { ...process.env };
  Object.assign(process.env, hostile);
  t.after(() => {
    for (const name of Object.keys(hostile)) delete process.env[name];
    Object.assign(process.env, earlier);
  });
  const files = { "Formula/runtime.rb": "one\ntwo\r\n" };
  const author = { name: "Ünal", email: "u@example.org" };
  const { commit } = await commitTo(folder, "tap", { files, author });
  for (const name of Object.keys(hostile)) delete process.env[name];
  Object.assign(process.env, earlier);
  assert.ok(!existsSync(join(folder, "hook-ran")));
  const tap = join(folder, "tap");
  assert.equal(await inRepository(tap, "log", "--format=%H %an %cn %s", "main"), `${commit} Ünal Ünal runtime 1.0.0`);
  assert.equal(await inRepository(tap, "cat-file", "-s", "main:Formula/runtime.rb"), "9");
  assert.ok(!existsSync(join(tap, "hooks")));
});

test("the hooks of the repository itself decide, and what they say is told", {
  skip: process.platform === "win32",
}, async (t) => {
  const folder = await emptyFolder(t);
  await commitTo(folder, "tap");
  const hooks = join(folder, "tap", "hooks");
  await mkdir(hooks);
  await writeFile(join(hooks, "pre-receive"), "#!/bin/sh\necho 'the tap is frozen' >&2\nexit 1\n");
  await chmod(join(hooks, "pre-receive"), 0o755);
  await assert.rejects(
    commitTo(folder, "tap", { files: { a: "a\n" } }),
    /tap could not be read or written.*\n(?:.*\n)*.*the tap is frozen(?:.*\n)*.*has a rule for this branch/,
  );
});

test("a folder that is no repository, and a working copy, are refused with what to do", async (t) => {
  const folder = await emptyFolder(t);
  await mkdir(join(folder, "plain", "src"), { recursive: true });
  await assert.rejects(commitTo(folder, "plain"), /plain could not be read.*\n(?:.*\n)*.*Look at the address/);
  await inRepository(folder, "init", "--quiet", "--initial-branch=main", join(folder, "copy"));
  await assert.rejects(commitTo(folder, "copy"), /copy could not be .*\n(?:.*\n)*.*Name a bare repository/);
});
