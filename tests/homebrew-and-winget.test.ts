import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { runIn } from "./engine/command.ts";
import { changedLines, previewText } from "./engine/diff-lines.ts";
import { formulaTargets, writeInstallable } from "./engine/installable-product.ts";
import { manifestOf } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";
import { machineTool } from "./tools.ts";

const git = machineTool("git", "git");
const ruby = machineTool("ruby", "ruby");

test("releases reach a tap and winget's folder: forward, back, and after somebody changed them", async (t) => {
  const { checkout, stack, url, configure } = await servedStack(t);
  const settings = {
    manifests: [manifestOf("alpha"), manifestOf("beta")],
    archive: "team",
    homebrew: { tap: "team/tools", remote: "tap.git" },
    winget: {},
  };
  await configure(settings);
  await writeInstallable(checkout.folder, "alpha", "1.0.0");
  // beta is for Homebrew alone: nothing of it is signed inside.
  await writeInstallable(checkout.folder, "beta", "1.0.0", {
    targets: formulaTargets("beta"),
    homebrew: { desc: "Prints its name and its version", formula: "beta" },
    winget: undefined,
  });
  const clone = join(checkout.scratch, "clone");
  /** What a stranger's clone of the tap has: the message of each commit, and the files of the last. */
  const tap = async () => {
    await rm(clone, { recursive: true, force: true });
    succeeded(await runIn({ folder: checkout.folder }, git, ["clone", "--quiet", "tap.git", clone]));
    const log = succeeded(await runIn({ folder: clone }, git, ["log", "--format=%s"]));
    const text = (path: string) => readFile(join(clone, path), "utf8");
    return { messages: log.stdout.trim().split("\n"), text };
  };
  const manifests = (id: string, version: string, file = "installer.yaml") =>
    readFile(join(checkout.bucket, "winget", `Example.${id}`, version, `Example.${id}.${file}`), "utf8");

  succeeded(await stack.up("--skip-preview"));
  await t.test("the first release: one commit for both products, whose files Ruby reads", async () => {
    const { messages, text } = await tap();
    assert.deepEqual(messages, ["alpha 1.0.0, beta 1.0.0"]);
    for (const path of ["Formula/alpha.rb", "Casks/alpha-installer.rb", "Formula/beta.rb"]) {
      const checked = await runIn({ folder: clone }, ruby, ["-c", path]);
      assert.equal(checked.stdout, "Syntax OK\n", checked.text);
    }
    const formula = await text("Formula/alpha.rb");
    assert.doesNotMatch(formula, /version_scheme/);
    await assertServed(formula, url, 2);
    await assertServed(await text("Casks/alpha-installer.rb"), url, 1);
  });

  await t.test("winget's folder names the .msi by its digest and codes", async () => {
    const { Installers } = parse(await manifests("alpha", "1.0.0")) as {
      Installers: readonly { InstallerUrl: string; InstallerSha256: string; ProductCode: string }[];
    };
    const [installer] = Installers;
    assert.ok(installer);
    assert.ok(installer.InstallerUrl.startsWith(url.replace(/\/$/, "")));
    const bytes = new Uint8Array(await (await fetch(installer.InstallerUrl)).arrayBuffer());
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    assert.equal(installer.InstallerSha256, digest.toUpperCase());
    assert.match(installer.ProductCode, /^\{[0-9A-F-]{36}\}$/);
  });

  await t.test("a second preview has nothing to show", async () => {
    succeeded(await stack.preview("--expect-no-changes"));
  });

  await t.test("alpha goes forward: the preview names the lines of its formula, and nothing of beta", async () => {
    await writeInstallable(checkout.folder, "alpha", "1.1.0");
    const update = succeeded(await stack.up("--diff"));
    const lines = changedLines(update);
    assert.ok(lines.includes('+ version "1.1.0"') && lines.includes('- version "1.0.0"'), previewText(update));
    assert.equal(lines.filter((line) => /^\+ sha256 "[0-9a-f]{64}"$/.test(line)).length, 3, lines.join("\n"));
    assert.deepEqual(
      lines.filter((line) => line.includes("beta")),
      ['~ message: "alpha 1.0.0, beta 1.0.0" => "alpha 1.1.0"'],
    );
    assert.deepEqual((await tap()).messages, ["alpha 1.1.0", "alpha 1.0.0, beta 1.0.0"]);
    assert.match(await manifests("alpha", "1.1.0"), /^PackageVersion: 1\.1\.0$/m);
    assert.match(await manifests("alpha", "1.0.0"), /^PackageVersion: 1\.0\.0$/m);
  });

  await t.test("alpha goes back: one commit, of the old content under a new version_scheme", async () => {
    await configure({ ...settings, version: { alpha: "1.0.0" } });
    const lines = changedLines(succeeded(await stack.up("--diff")));
    assert.ok(lines.includes("+ version_scheme 1"), lines.join("\n"));
    const { messages, text } = await tap();
    assert.equal(messages[0], "alpha 1.0.0, back from 1.1.0");
    assert.equal(messages.length, 3);
    const formula = await text("Formula/alpha.rb");
    assert.match(formula, /^ {2}version "1\.0\.0"$/m);
    await assertServed(formula, url, 2);
  });

  await t.test("what somebody changed in the tap and in the folder is named by a refresh, and mended", async () => {
    const altered = join(clone, "Formula/alpha.rb");
    await writeFile(altered, (await readFile(altered, "utf8")).replace("1.0.0", "9.9.9"));
    const author = ["-c", "user.name=Mallory", "-c", "user.email=mallory@example.test"];
    succeeded(await runIn({ folder: clone }, git, [...author, "commit", "--quiet", "--all", "--message", "better"]));
    succeeded(await runIn({ folder: clone }, git, ["push", "--quiet"]));
    await writeFile(join(checkout.bucket, "winget/Example.alpha/1.0.0/Example.alpha.yaml"), "PackageVersion: 9\n");
    const { text: refreshed } = succeeded(await stack.up("--refresh", "--diff"));
    assert.match(refreshed, /Formula\/alpha\.rb: altered/);
    assert.match(refreshed, /winget\/Example\.alpha\/1\.0\.0\/Example\.alpha\.yaml: altered/);
    const { messages, text } = await tap();
    assert.equal(messages.length, 5);
    assert.match(await text("Formula/alpha.rb"), /^ {2}version "1\.0\.0"$/m);
    assert.match(await manifests("alpha", "1.0.0", "yaml"), /^PackageVersion: 1\.0\.0$/m);
  });
});

/** Every address in a text of Ruby has the bytes of the digest that stands below it. */
async function assertServed(text: string, bucket: string, count: number): Promise<void> {
  const addresses = [...text.matchAll(/url "([^"]+)"/g)].map(([, address = ""]) => address);
  const digests = [...text.matchAll(/sha256 "([0-9a-f]{64})"/g)].map(([, digest]) => digest);
  assert.equal(addresses.length, count);
  for (const [at, address] of addresses.entries()) {
    assert.ok(address.startsWith(bucket.replace(/\/$/, "")), address);
    const answer = await fetch(address);
    assert.equal(answer.status, 200, address);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    assert.ok(digests.includes(digest), `${address} at ${at}`);
  }
}
