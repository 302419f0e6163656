import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { changesBetween, filesBelow } from "./engine/bucket-files.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { devStack, type ExportedState, succeeded } from "./engine/stack.ts";

test("state outlives code: renamed resources, and state that newer code wrote", async (t) => {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  const bucket = () => filesBelow(checkout.bucket);
  const patch = async (file: string, from: string | RegExp, to: string) => {
    const text = await readFile(join(checkout.folder, file), "utf8");
    const patched = text.replace(from, to);
    assert.notEqual(patched, text, `${file} has no ${from}`);
    await writeFile(join(checkout.folder, file), patched);
    return () => writeFile(join(checkout.folder, file), text);
  };
  await stack.configure({ manifests: [manifestOf("alpha")], archive: "team" });
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  succeeded(await stack.up("--skip-preview"));

  await t.test("a renamed resource with an alias is the same resource", async () => {
    const before = await bucket();
    await patch(
      "components/channel.ts",
      /new ChannelPointer\(`\$\{name\}-pointer`, inputs, \{ parent: this \}\)/,
      [
        "new ChannelPointer(`$",
        "{name}-pointee`, inputs, { parent: this, aliases: [{ name: `$",
        "{name}-pointer` }] })",
      ].join(""),
    );
    const { text } = succeeded(await stack.up("--skip-preview"));
    assert.doesNotMatch(text, /to (?:create|delete)|created|deleted/);
    assert.deepEqual(changesBetween(before, await bucket()), []);
  });

  await t.test("one without an alias is adopted under its new name and forgotten under the old", async () => {
    const before = await bucket();
    await patch("components/channel.ts", /pointee`, inputs, .*\}\] \}\)/, "arrow`, inputs, { parent: this })");
    const { text } = succeeded(await stack.up("--skip-preview"));
    assert.match(text, /\+ 2 created/);
    assert.match(text, /- 2 deleted/);
    assert.deepEqual(changesBetween(before, await bucket()), []);
  });

  /** Update, refresh and destroy by this code end with one sentence, and neither bucket nor state changes. */
  const stopsEverything = async (sentence: RegExp) => {
    const before = await bucket();
    // With secrets shown: their ciphertext is another in each export.
    const resources = async () =>
      (await stack.exportState("--show-secrets")).deployment.resources?.map(({ urn, id, inputs, outputs }) => {
        return { urn, id, inputs, outputs };
      });
    const state = await resources();
    for (const run of [stack.up, stack.refresh, stack.destroy]) {
      assertRefused(await run("--skip-preview"), sentence);
      assert.deepEqual(changesBetween(before, await bucket()), []);
      assert.deepEqual(await resources(), state);
    }
  };

  await t.test("one resource alone that newer code wrote, which the engine would not ask", async () => {
    const { deployment, ...state } = await stack.exportState();
    /** The state with the values of the record edited: it is retained, so that a destroy calls no provider for it. */
    const edited = (edit: (values: string) => string): ExportedState => ({
      ...state,
      deployment: {
        ...deployment,
        resources: (deployment.resources ?? []).map((resource) =>
          resource.urn.endsWith("::alpha-record") ? JSON.parse(edit(JSON.stringify(resource))) : resource,
        ),
      },
    });
    const newer = edited((values) => values.replaceAll(/"schema":\d+/g, '"schema":999'));
    succeeded(await stack.importState(newer));
    await stopsEverything(/alpha-record was written by a newer Slipway \(state schema 999, this one knows \d+\)/);
    const [ours, theirs] = ["slipway/lifecycle/release-record", "slipway/lifecycle/elsewhere"];
    succeeded(await stack.importState(edited((values) => values.replaceAll(ours, theirs))));
    await stopsEverything(/state names the provider module slipway\/lifecycle\/elsewhere, which this checkout/);
    succeeded(await stack.importState({ ...state, deployment }));
  });

  await t.test("a state of a newer schema", async () => {
    const undo = await patch("packaging/lifecycle/state-schema.ts", /stateSchema = (\d+)/, "stateSchema = 1 + $1");
    succeeded(await stack.up("--skip-preview"));
    await undo();
    await stopsEverything(/state was written by a newer Slipway \(state schema \d+, this one knows \d+\)/);
    // The newer code goes on with what it wrote, and hands it back for the next part.
    await patch("packaging/lifecycle/state-schema.ts", /stateSchema = (\d+)/, "stateSchema = 1 + $1");
    assert.match(succeeded(await stack.up("--skip-preview")).text, /unchanged/);
  });

  await t.test("a state that names a provider module which this code lacks", async () => {
    const name = "slipway/lifecycle/of-the-future";
    await writeFile(
      join(checkout.folder, "packaging/lifecycle/of-the-future.ts"),
      'export { lifecycle } from "./key-pair.ts";\n',
    );
    const undo = [
      await patch(
        "package.json",
        '"./lifecycle/key-pair"',
        `"./lifecycle/of-the-future": "./packaging/lifecycle/of-the-future.ts",\n    "./lifecycle/key-pair"`,
      ),
      await patch(
        "packaging/lifecycle/modules.ts",
        '"slipway/lifecycle/key-pair"',
        `"${name}",\n  "slipway/lifecycle/key-pair"`,
      ),
      await patch("components/providers/key-pair.ts", '"slipway/lifecycle/key-pair"', `"${name}"`),
    ];
    succeeded(await stack.up("--skip-preview"));
    for (const restore of undo) await restore();
    await stopsEverything(/state names the provider module slipway\/lifecycle\/of-the-future, which this checkout/);
  });
});
