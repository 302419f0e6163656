import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { stringify } from "yaml";
import { backendUrl } from "../../bootstrap/environment.mjs";
import { firstPromotion, promotion } from "../../packaging/gates/__fixtures__/promotion.ts";
import type { PromotionFacts } from "../../packaging/gates/facts.ts";
import { gates } from "../../packaging/gates/gates.ts";
import { repository } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { succeeded } from "../engine/stack.ts";

const pack = join(repository, "policies", "release");

/** A program that nobody here wrote: it registers promotions, and asks no gate itself. */
const program = `import { readFileSync } from "node:fs";
import { ComponentResource, type Inputs } from "@pulumi/pulumi";

class Component extends ComponentResource {
  constructor(type: string, name: string, args: Inputs) {
    super(type, name, args);
    this.registerOutputs({});
  }
}

for (const { type, name, inputs } of JSON.parse(readFileSync("resources.json", "utf8"))) new Component(type, name, inputs);
`;

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const promotionOf = (facts: unknown, name = "runtime"): Registered => ({
  type: "slipway:index:Promotion",
  name,
  inputs: { facts },
});
const bad: PromotionFacts = { ...firstPromotion, listed: null, folder: "1.4.1+0123456789ab" };
const objections = gates.flatMap((gate) => gate.check(bad) ?? []);

test("the policy pack holds a program to the gates that it does not ask itself", async (t) => {
  const { preview, up, register } = await foreignProgram(t);

  await t.test("good promotions pass a preview, and so does all that is no promotion", async () => {
    await register([
      promotionOf(promotion),
      promotionOf({ ...promotion, product: "agent", governance: governanceOf("agent") }, "agent"),
      { type: "slipway:index:Channel", name: "stable", inputs: { facts: bad } },
      { type: "other:index:Promotion", name: "other", inputs: {} },
    ]);
    const { text } = succeeded(await preview());
    assert.match(text, /^ *\+ +.*slipway:index:Promotion +runtime +create/m);
    assert.match(text, /slipway-release-gates@v\d+\.\d+\.\d+/);
  });

  await t.test(
    "a promotion that gates object to, or that states no facts, fails it with the sentence of each",
    async () => {
      assert.equal(objections.length, 2);
      await register([promotionOf(promotion, "good"), promotionOf(bad), promotionOf(undefined, "silent")]);
      const silent = "silent does not carry the facts that gates look at: expected a map, found nothing  [SLW-GATE]";
      assertObjections(await preview(), [...objections, ...gates.map(() => silent)]);
    },
  );

  await t.test("an update that skips its preview stops at the promotion", async () => {
    await register([promotionOf(bad)]);
    const result = await up();
    assertObjections(result, objections);
    assert.doesNotMatch(result.text, /slipway:index:Promotion runtime creat/);
  });
});

function governanceOf(product: string): PromotionFacts["governance"] {
  const { entry } = promotion.governance;
  return { ...promotion.governance, entry: entry && { ...entry, product } };
}

/** The run failed by these mandatory violations, and no others. */
function assertObjections({ code, text }: Result, sentences: readonly string[]): void {
  assert.notEqual(code, 0, text);
  const lines = text.split("\n").map((line) => line.trim());
  // Each is three lines: the policy and the resource, what must hold, what is wrong.
  const told = lines.flatMap((line, at) => (line.startsWith("- [mandatory] ") ? [lines[at + 2]] : []));
  assert.deepEqual(told.sort(), sentences.toSorted(), text);
}

/** A project of its own with a stack, as somebody else's program would have them. */
async function foreignProgram(t: TestContext) {
  const scratch = await scratchFolder(t);
  const folder = join(scratch, "program");
  await mkdir(folder);
  const files = {
    "Pulumi.yaml": stringify({
      name: "foreign",
      main: "index.ts",
      runtime: { name: "nodejs", options: { typescript: false } },
    }),
    "package.json": JSON.stringify({ name: "foreign", version: "1.0.0", private: true, type: "module" }),
    "index.ts": program,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "junction");
  await mkdir(join(scratch, "state"));
  const environment = {
    PULUMI_HOME: join(scratch, "pulumi-home"),
    PULUMI_BACKEND_URL: backendUrl(join(scratch, "state")),
    PULUMI_CONFIG_PASSPHRASE: "foreign",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    SLIPWAY_LANGUAGE_HOST: process.env["SLIPWAY_LANGUAGE_HOST"],
  };
  const pulumi = (...args: string[]) =>
    runIn({ folder, environment }, "pulumi", [...args, "--stack", "release", "--non-interactive", "--color", "never"]);
  succeeded(await pulumi("stack", "init"));
  return {
    preview: () => pulumi("preview", "--policy-pack", pack),
    up: () => pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack),
    register: (resources: readonly Registered[]) =>
      writeFile(join(folder, "resources.json"), JSON.stringify(resources)),
  };
}
