import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { makeCheckout } from "./engine/checkout.ts";
import type { Result } from "./engine/command.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { generateKeys, keyFolder, writeKeys } from "./engine/referenced-keys.ts";
import { devStack, succeeded, type TestStack } from "./engine/stack.ts";
import { type PrivateKey, privateKey } from "./secrets/encodings.ts";
import { ProcessSampler } from "./secrets/processes.ts";
import { SecretScan } from "./secrets/scan.ts";

test("private keys of a dev stack are nowhere but in its encrypted state", async (t) => {
  const checkout = await makeCheckout(t);
  const temporary = join(checkout.scratch, "tmp");
  await mkdir(temporary);
  const stack = devStack(checkout, { environment: { TMPDIR: temporary } });
  const printed: string[] = [];
  const note = (result: Result) => {
    printed.push(result.text);
    return result;
  };
  const sampler = new ProcessSampler();

  await t.test("first release, change, rollback and a failing update", async () => {
    const settings = { manifests: [manifestOf("alpha")], archive: "alpha" };
    await stack.configure(settings);
    await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
    succeeded(note(await stack.up("--strict")));

    await writeProduct(checkout.folder, { id: "alpha", version: "1.1.0", configuration: "level = 2\n" });
    succeeded(note(await stack.preview("--diff", "--save-plan", join(checkout.scratch, "plan.json"))));
    // Not --debug, -v or --logtostderr: with these the engine prints each of its calls as it is (docs/security/keys.md).
    succeeded(note(await stack.up()));

    await stack.configure({ ...settings, version: "1.0.0" });
    succeeded(note(await stack.up()));

    await stack.configure(settings);
    const inRelease = join(checkout.bucket, "dists", "dev", "InRelease");
    await rm(inRelease);
    await mkdir(join(inRelease, "in the way"), { recursive: true });
    assert.notEqual(note(await stack.up()).code, 0, printed.at(-1));
    await rm(inRelease, { recursive: true });
  });

  const processes = await sampler.stop();
  const keys = await privateKeys(stack);
  const passphrase = (await readFile(join(checkout.folder, ".slipway", "passphrase"), "utf8")).trim();
  const secrets = [...keys, { name: "passphrase", text: passphrase, seed: Buffer.from(passphrase) }];
  const everywhere = async () => {
    const scan = new SecretScan(secrets);
    const found = [
      ...(await scan.folder(checkout.scratch, [join("checkout", ".slipway", "passphrase")])),
      ...(await scan.text("stack export", JSON.stringify(await stack.exportState()))),
      ...(await scan.text("printed", printed.join("\n"))),
      ...(await scan.text("processes", processes.join("\n"))),
    ];
    return { found, searched: scan.searched };
  };

  await t.test("a scan of state, history, plan, logs, cache, bucket and processes finds none of them", async () => {
    assert.deepEqual(keys.map(({ name }) => name).sort(), ["archive-key", "channel-key", "root-key"]);
    assert.ok(
      processes.some((text) => text.includes("pulumi-resource-pulumi-nodejs") || text.includes("dynamic-provider")),
    );
    assert.notEqual((await readdir(join(checkout.scratch, "pulumi-home", "logs"))).length, 0);
    const { found, searched } = await everywhere();
    t.diagnostic(`${searched} bytes searched, ${processes.length} argument lists and environments`);
    assert.deepEqual(found, []);
  });

  await t.test("one that is planted in any of these places is found", async () => {
    const places = [".slipway/state/planted.log", ".slipway/cache/planted", ".slipway/bucket/planted.asc"];
    for (const [at, place] of places.entries()) {
      const file = join(checkout.folder, place);
      await writeFile(file, keys[at]?.text ?? "");
      const { found } = await everywhere();
      assert.ok(
        found.length > 0 && found.every((line) => line.includes(`${place}: ${keys[at]?.name}`)),
        found.join("\n"),
      );
      await rm(file);
    }
  });
});

test("with keys by reference not even the engine's tracing holds them", async (t) => {
  const checkout = await makeCheckout(t);
  const temporary = join(checkout.scratch, "tmp");
  await mkdir(temporary);
  const stack = devStack(checkout, { environment: { TMPDIR: temporary } });
  const keys = await generateKeys();
  const references = await writeKeys(checkout.folder, keys);
  await stack.configure({ manifests: [manifestOf("alpha")], archive: "alpha", keys: references });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  const { text } = succeeded(await stack.up("-v=9", "--logtostderr", "--debug"));
  assert.match(text, /RPC\[Provider\[\w+\]\.Create\(/);

  const secrets = await Promise.all(Object.entries(keys).map(([name, { secret }]) => privateKey(name, secret)));
  const scan = new SecretScan(secrets);
  const given = ["root.key", "channel.key", "archive.key"].map((name) => join("checkout", keyFolder, name));
  const found = [...(await scan.text("printed", text)), ...(await scan.folder(checkout.scratch, given))];
  assert.deepEqual(found, []);
  const withGiven = await scan.folder(join(checkout.folder, keyFolder));
  assert.equal(new Set(withGiven.map((line) => line.split(":")[0])).size, given.length);
});

/** The real keys, as only the holder of the passphrase sees them. */
async function privateKeys(stack: TestStack): Promise<readonly PrivateKey[]> {
  const { deployment } = await stack.exportState("--show-secrets");
  const pairs = (deployment.resources ?? []).filter(({ type }) => type === "pulumi-nodejs:dynamic/slipway:KeyPair");
  return Promise.all(
    pairs.map(({ id = "", outputs = {} }) => {
      const { plaintext } = outputs["secret"] as { readonly plaintext: string };
      return privateKey(id, JSON.parse(plaintext));
    }),
  );
}
