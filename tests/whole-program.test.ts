import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gitHubServer } from "../packaging/github-release/__fixtures__/github-server.ts";
import { debianClient } from "./apt/debian-client.ts";
import { standInWorld } from "./cloud/world.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { type Result, runIn } from "./engine/command.ts";
import { changedLines, previewText } from "./engine/diff-lines.ts";
import { writeInstallable } from "./engine/installable-product.ts";
import { succeeded } from "./engine/stack.ts";
import { stagedStacks } from "./engine/staged.ts";
import { anyCredentials, s3StandIn } from "./s3/s3-stand-in.ts";
import { plainSecret } from "./secrets/encodings.ts";
import { SecretScan } from "./secrets/scan.ts";
import { machineTool } from "./tools.ts";

const bucket = "team-releases";
const repository = "team/alpha";
const git = machineTool("git", "git");

/** What a foundation owns on AWS and GitHub, both of which are stood in for. */
const owned = {
  aws: { bucket, region: "us-east-1", publisher: { repository, environments: ["release"] } },
  github: {
    repository,
    environments: { release: { branches: ["main"], secrets: { SLIPWAY_CHANNEL_KEY: { env: "TEST_CHANNEL_KEY" } } } },
    checks: ["preview of release"],
  },
};

test("the whole program: foundation, candidate and release over S3, a tap, winget's folder, AWS and GitHub", async (t) => {
  const checkout = await makeCheckout(t);
  const s3 = await s3StandIn(t, "somebody-elses", { accounts: false });
  const world = await standInWorld(checkout.scratch, s3.url);
  const planted = {
    RELEASE_TOKEN: `github_pat_${randomBytes(30).toString("hex")}`,
    GITHUB_TOKEN: `ghp_${randomBytes(18).toString("hex")}`,
    TEST_CHANNEL_KEY: `what workflows sign with: ${randomBytes(16).toString("hex")}`,
    AWS_SECRET_ACCESS_KEY: randomBytes(30).toString("base64"),
  };
  const printed: string[] = [];
  const noted = (result: Result): Result => {
    printed.push(result.text);
    return succeeded(result);
  };
  const github = await gitHubServer(t, planted.RELEASE_TOKEN);
  const url = `${s3.url}/${bucket}/`;
  const fetched = async (path: string): Promise<Buffer> => {
    // As a page writes a link: a plain + is a blank to S3.
    const answer = await fetch(`${url}${path.replaceAll("+", "%2B")}`);
    assert.equal(answer.status, 200, path);
    return Buffer.from(await answer.arrayBuffer());
  };
  const read = async (path: string) => `${await fetched(path)}`;
  const how = {
    environment: {
      ...world.environment,
      ...anyCredentials,
      ...planted,
      GITHUB_API_URL: github.origin,
    },
  };
  const staged = await stagedStacks(t, checkout, how, {
    ...{ location: `s3://${bucket}?endpoint=${s3.url}&region=us-east-1`, url, read, foundation: owned },
  });
  const { foundation, candidate, release } = staged;
  const places = {
    homebrew: { tap: "team/tools", remote: "tap.git" },
    winget: {},
    githubRelease: { repository, token: { env: "RELEASE_TOKEN" } },
  };
  /** What GitHub has: the tag of each release, and how many files. */
  const onGithub = () =>
    github.releases.map(
      ({ tag_name, draft, assets }) => `${tag_name} ${draft ? "draft" : "published"} ${assets.length}`,
    );
  const objects = () => s3.objects(bucket);
  const clone = join(checkout.scratch, "clone");
  /** What a stranger's clone of the tap has: the message of each commit, newest first, and the formula. */
  const tap = async () => {
    await rm(clone, { recursive: true, force: true });
    succeeded(await runIn({ folder: checkout.folder }, git, ["clone", "--quiet", "tap.git", clone]));
    const log = succeeded(await runIn({ folder: clone }, git, ["log", "--format=%s"]));
    return {
      messages: log.stdout.trim().split("\n"),
      formula: await readFile(join(clone, "Formula", "alpha.rb"), "utf8"),
    };
  };
  const manifest = (version: string) => `winget/Example.alpha/${version}/Example.alpha.yaml`;
  const build = async (version: string) => {
    await writeInstallable(checkout.folder, "alpha", version);
    noted(await candidate.up("--strict"));
    await staged.decide(version);
  };

  await t.test(
    "the foundation owns the bucket, its role and the repository's environment, and wrote the trust",
    async () => {
      const made = new Set((await world.made()).map(({ type }) => type));
      for (const type of [
        "aws:s3/bucket:Bucket",
        "aws:iam/role:Role",
        "github:index/repositoryRuleset:RepositoryRuleset",
      ]) {
        assert.ok(made.has(type), type);
      }
      assert.ok((await objects()).has("tuf/1.root.json"));
      noted(await foundation.preview("--expect-no-changes"));
    },
  );

  await t.test("a candidate is published; a preview of its promotion shows each place and writes to none", async () => {
    await build("1.0.0");
    await staged.promote("1.0.0", places);
    const before = await objects();
    const preview = noted(await release.preview("--diff"));
    for (const shown of ["slipway:index:Channel", "slipway:index:AptRepository", "HomebrewTap", "WingetSource"]) {
      assert.ok(preview.text.includes(shown), previewText(preview));
    }
    assert.deepEqual(await objects(), before);
    await assert.rejects(readFile(join(checkout.folder, "tap.git", "HEAD")), { code: "ENOENT" });
    assert.deepEqual(github.log, []);
  });

  await t.test("the promotion reaches all of them, and is then nothing to do", async () => {
    noted(await release.up("--strict"));
    const { messages, formula } = await tap();
    assert.deepEqual(messages, ["alpha 1.0.0"]);
    assert.match(formula, /^ {2}version "1\.0\.0"$/m);
    assert.match(await read(manifest("1.0.0")), /^PackageVersion: 1\.0\.0$/m);
    assert.match(await read("index.html"), /1\.0\.0/);
    assert.match(await read("channels/alpha-stable.html"), /brew install team\/tools\/alpha/);
    assert.deepEqual(onGithub(), ["alpha-v1.0.0 published 9"]);
    noted(await release.up("--skip-preview", "--expect-no-changes"));
    const asked = await runIn({ ...how, folder: checkout.folder }, process.execPath, [
      fileURLToPath(new URL("../packaging/cli/main.ts", import.meta.url)),
      ...["preflight", "--stack", "release"],
    ]);
    for (const said of [
      "what is an update about? alpha 1.0.0",
      "may this run write there? yes: channels/*",
      "is there a release alpha-v1.0.0? yes, with these files",
      "An update may go on.",
    ]) {
      assert.ok(asked.text.includes(said), asked.text);
    }
  });

  await t.test("a machine installs from the bucket", async () => {
    const machine = await debianClient(t, { release: "12", bucket: fetched, archive: "team", suite: "stable" });
    await machine.aptGet("update");
    await machine.aptGet("install", "--yes", "alpha");
    assert.equal(await machine.version("alpha"), "alpha 1.0.0");
  });

  await t.test("a new version is promoted: the preview names the formula's lines", async () => {
    await build("1.1.0");
    await staged.promote("1.1.0", places);
    const lines = changedLines(noted(await release.up("--diff")));
    assert.ok(lines.includes('+ version "1.1.0"') && lines.includes('- version "1.0.0"'), lines.join("\n"));
    assert.deepEqual((await tap()).messages, ["alpha 1.1.0", "alpha 1.0.0"]);
    assert.deepEqual(onGithub(), ["alpha-v1.0.0 published 9", "alpha-v1.1.0 published 9"]);
  });

  await t.test("rolling back is one update, and one commit", async () => {
    await staged.promote("1.0.0", places);
    noted(await release.up("--strict"));
    const { messages, formula } = await tap();
    assert.deepEqual(messages, ["alpha 1.0.0, back from 1.1.0", "alpha 1.1.0", "alpha 1.0.0"]);
    assert.match(formula, /^ {2}version_scheme 1$/m);
    assert.match(JSON.parse(await read("channels/alpha/stable.json")).current.version, /^1\.0\.0$/);
  });

  await t.test(
    "an object, a commit and a manifest that somebody changed are named by a refresh, and repaired",
    async () => {
      const whole = await objects();
      const deb = [...whole.keys()].find(
        (path) => path.startsWith("releases/alpha/1.1.0/") && path.endsWith("_amd64.deb"),
      );
      assert.ok(deb);
      await s3.tamper(bucket, deb, Buffer.from("not what was published"));
      await s3.tamper(bucket, manifest("1.0.0"), Buffer.from("PackageVersion: 9\n"));
      const file = join(clone, "Formula", "alpha.rb");
      await writeFile(file, (await readFile(file, "utf8")).replace("1.0.0", "9.9.9"));
      const somebody = ["-c", "user.name=Mallory", "-c", "user.email=mallory@example.test"];
      succeeded(
        await runIn({ folder: clone }, git, [...somebody, "commit", "--quiet", "--all", "--message", "better"]),
      );
      succeeded(await runIn({ folder: clone }, git, ["push", "--quiet"]));

      const published = noted(await candidate.up("--refresh", "--diff")).text;
      assert.ok(published.includes(`${deb}: altered`), published);
      const released = noted(await release.up("--refresh", "--diff")).text;
      for (const named of ["Formula/alpha.rb: altered", `${manifest("1.0.0")}: altered`]) {
        assert.ok(released.includes(named), released);
      }
      const after = await objects();
      for (const path of [deb, manifest("1.0.0")]) assert.equal(after.get(path), whole.get(path), path);
      assert.match((await tap()).formula, /^ {2}version "1\.0\.0"$/m);
      noted(await release.preview("--expect-no-changes"));
    },
  );

  await t.test(
    "neither tokens nor keys are in clear in states, histories, logs, caches, plans or what was printed",
    async () => {
      const scan = new SecretScan(Object.entries(planted).map(([name, text]) => plainSecret(name, text)));
      const keyFiles = (await readdir(join(checkout.folder, "keys"))).map((name) => join("checkout", "keys", name));
      const found = [
        ...(await scan.folder(checkout.scratch, keyFiles)),
        ...(await scan.text("printed", printed.join("\n"))),
        ...(await scan.text("stack export", JSON.stringify(await release.exportState()))),
      ];
      t.diagnostic(`${scan.searched} bytes searched`);
      assert.deepEqual(found, []);
      assert.ok(printed.some((text) => text.includes("alpha-github")));
    },
  );
});
