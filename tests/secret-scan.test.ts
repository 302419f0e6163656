import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { foundationSettings } from "./cloud/foundation.ts";
import { standInWorld } from "./cloud/world.ts";
import { filesBelow } from "./engine/bucket-files.ts";
import { makeCheckout } from "./engine/checkout.ts";
import type { Result } from "./engine/command.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { generateKeys, writeKeys } from "./engine/referenced-keys.ts";
import { namedStack, succeeded } from "./engine/stack.ts";
import { type PrivateKey, privateKey } from "./secrets/encodings.ts";
import { plantedFiles, plantedIdentity, plantedVariables } from "./secrets/planted.ts";
import { ProcessSampler } from "./secrets/processes.ts";
import { SecretScan } from "./secrets/scan.ts";

test("of 20 secrets given to stacks by variables and files none is in clear anywhere", async (t) => {
  const checkout = await makeCheckout(t);
  const [variables, files, identity] = [plantedVariables(), plantedFiles(), plantedIdentity()];
  const world = await standInWorld(checkout.scratch);
  const temporary = join(checkout.scratch, "tmp");
  await mkdir(temporary);
  const given = Object.entries(variables).map(([name, { text }]) => [name, text] as const);
  const environment = {
    ...world.environment,
    ...Object.fromEntries(given),
    AUTHENTICODE_P12: identity.file.text,
    AUTHENTICODE_PASSWORD: identity.password.text,
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    PULUMI_DEBUG_COMMANDS: "true",
    TMPDIR: temporary,
  };
  const foundation = namedStack(checkout, "foundation", { environment });
  const dev = namedStack(checkout, "dev", { environment });
  const printed: string[] = [];
  const note = (result: Result) => {
    printed.push(result.text);
    return succeeded(result);
  };

  const shared = await foundationSettings(checkout);
  for (const [name, { seed, text }] of Object.entries(files)) {
    await writeFile(join(checkout.folder, "keys", name), name.endsWith(".p12") ? seed : text, { mode: 0o600 });
  }
  const byVariable = Object.keys(variables).filter((name) => name.startsWith("PLANTED_"));
  const secrets = {
    ...Object.fromEntries(byVariable.map((name) => [name, { env: name }])),
    ...Object.fromEntries(Object.keys(files).map((name, at) => [`PLANTED_FILE_${at}`, { file: `keys/${name}` }])),
  };
  const github = {
    repository: "team/alpha",
    secrets,
    environments: { release: { reviewers: { users: ["ada"] }, secrets } },
    checks: ["preview"],
  };
  const aws = { bucket: "team-releases", region: "eu-central-1" };
  await foundation.configure({ ...shared, aws, github });
  const keys = await generateKeys();
  const references = await writeKeys(checkout.folder, keys);
  await writeFile(join(checkout.folder, "keys", "authenticode.pem"), identity.certificates);
  const authenticode = {
    public: "keys/authenticode.pem",
    source: { env: "AUTHENTICODE_P12" },
    password: { env: "AUTHENTICODE_PASSWORD" },
  };
  await dev.configure({
    manifests: [manifestOf("alpha")],
    archive: "alpha",
    bucket: ".slipway/dev-bucket",
    keys: { ...references, authenticode },
  });
  await writeProduct(checkout.folder, {
    id: "alpha",
    version: "1.0.0",
    targets: ["windows-x86_64"],
    installers: [{ format: "zip" }],
  });

  const sampler = new ProcessSampler();
  t.after(() => sampler.stop());
  note(await foundation.pulumi("stack", "init"));
  const plan = join(checkout.scratch, "plan.json");
  note(await foundation.preview("--diff", "--save-plan", plan));
  note(await foundation.up("--plan", plan, "--event-log", join(checkout.scratch, "events.json")));
  await foundation.configure({
    ...shared,
    aws,
    github: { ...github, secrets: { PLANTED_PAT: { env: "PLANTED_NPM" } } },
  });
  note(await foundation.up("--diff", "--refresh"));
  note(await dev.up("--diff"));
  await sampler.stop();

  const own = await Promise.all(Object.entries(keys).map(([name, { secret }]) => privateKey(name, secret)));
  const planted: readonly PrivateKey[] = [
    ...Object.values(variables),
    ...Object.values(files),
    ...own,
    identity.file,
    identity.password,
  ];
  const scan = new SecretScan(planted);
  const keyFiles = (await readdir(join(checkout.folder, "keys"))).map((name) => join("checkout", "keys", name));

  await t.test("the stacks took all of them", async () => {
    assert.equal(planted.length, 20);
    const { deployment } = await foundation.exportState("--show-secrets");
    const kept = (deployment.resources ?? []).flatMap(({ type, inputs = {} }) => {
      if (type !== "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret") return [];
      const { plaintext } = inputs["value"] as { readonly plaintext: string };
      return [JSON.parse(plaintext)];
    });
    const given = Object.entries({ ...variables, ...files }).filter(([name]) => !/^(GITHUB|AWS|PULUMI)_/.test(name));
    assert.deepEqual(kept.toSorted(), given.map(([, { text }]) => text).toSorted());
    assert.ok((await filesBelow(join(checkout.folder, ".slipway", "dev-bucket"))).has("tuf/timestamp.json"));
  });

  await t.test(
    "state, history, backups, plan, events, logs, cache, bucket, output and arguments hold none",
    async () => {
      const found = [
        ...(await scan.folder(checkout.scratch, [...keyFiles, "events.json"])),
        ...(await scan.text("events", await eventsForPeople(join(checkout.scratch, "events.json")))),
        ...(await scan.text("printed", printed.join("\n"))),
        ...(await scan.text("arguments", sampler.argumentLists().join("\n"))),
        ...(await scan.text("stack export", JSON.stringify(await foundation.exportState()))),
      ];
      t.diagnostic(`${planted.length} secrets, ${scan.searched} bytes searched`);
      assert.deepEqual(found, []);
      assert.ok(
        sampler.argumentLists().some((text) => text.includes("github-stand-in") || text.includes("pulumi-resource")),
      );
    },
  );
});

/**
 * The events of an update without those of severity debug: the SDK repeats each answer of the engine in one, with all that is in
 * it, and shows it under --debug (docs/security/keys.md). The file itself takes an engine's command for its developers.
 */
async function eventsForPeople(file: string): Promise<string> {
  const lines = (await readFile(file, "utf8")).split("\n");
  const shown = lines.filter((line) => !line.includes('"severity":"debug"'));
  assert.ok(shown.some((line) => line.includes("resourcePreEvent")) && shown.length < lines.length);
  return shown.join("\n");
}
