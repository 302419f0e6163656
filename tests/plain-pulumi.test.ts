import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { git, makeCheckout } from "./engine/checkout.ts";
import { runIn } from "./engine/command.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { devStack, succeeded } from "./engine/stack.ts";

/**
 * Commands that ask a person take their answer from the command line here. The passphrase stands for the page's dots.
 */
const answers: readonly (readonly [RegExp, string])[] = [
  [/^(pulumi up)\b/gm, "$1 --yes"],
  [/PASSPHRASE=\.\.\./g, "PASSPHRASE=plain"],
  [/^pulumi /gm, "pulumi --non-interactive --color never "],
];

test("the page for Pulumi's own CLI: its commands work as they stand, and leave git clean", async (t) => {
  const checkout = await makeCheckout(t);
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  await git(checkout.folder, "add", "--all");
  await git(checkout.folder, "commit", "--quiet", "--message", "A product of our own");
  await devStack(checkout).configure({ manifests: [manifestOf("alpha")], archive: "alpha" });
  const page = await readFile(join(checkout.folder, "docs", "process", "plain-pulumi.md"), "utf8");
  const blocks = [...page.matchAll(/^```\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  assert.ok(blocks.length >= 2, "the page has commands");
  const script = answers.reduce((text, [found, given]) => text.replace(found, given), blocks.join(""));

  const environment = {
    PULUMI_HOME: join(checkout.scratch, "pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    SLIPWAY_LANGUAGE_HOST: process.env["SLIPWAY_LANGUAGE_HOST"],
  };
  const { text } = succeeded(await runIn({ folder: checkout.folder, environment }, "sh", ["-e", "-c", script]));
  assert.match(text, /^ \+ {2}slipway:index:Channel alpha-dev create/m);
  assert.match(text, /^ +channel +: "dev"$/m);
  assert.doesNotMatch(text, /ExperimentalWarning/);
  assert.equal(await git(checkout.folder, "status", "--porcelain"), "");
});
