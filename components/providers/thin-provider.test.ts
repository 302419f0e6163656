import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { providerModules } from "../../packaging/lifecycle/modules.ts";
import { providerText, type thinProvider } from "./thin-provider.ts";

// What the process of the dynamic providers loads a stored text with.
const requireFromString = createRequire(import.meta.resolve("@pulumi/pulumi"))("require-from-string") as (
  text: string,
) => {
  handler(): ReturnType<typeof thinProvider>;
};

test("the text that a state holds is a provider by itself, and names its module alone", async () => {
  for (const module of providerModules) {
    const text = providerText(module);
    assert.deepEqual([...new Set(text.match(/slipway\/lifecycle\/[a-z0-9-]+/g))], [module]);
    const provider = requireFromString(text).handler();
    assert.deepEqual(Object.keys(provider).sort(), ["check", "create", "delete", "diff", "read", "update"]);
  }
  const inputs = { schema: 1, end: "last", modules: [] };
  const provider = requireFromString(providerText("slipway/lifecycle/state-contract")).handler();
  assert.deepEqual(await provider.check?.(inputs, inputs), { inputs });
});

test("a module that this code lacks is refused in one sentence, and left alone by a refresh", async () => {
  const provider = requireFromString(providerText("slipway/lifecycle/of-tomorrow")).handler();
  await assert.rejects(async () => provider.create?.({}), {
    message: /names the provider module slipway\/lifecycle\/of-tomorrow/,
  });
  assert.deepEqual(await provider.read?.("id", { kept: 1 }), { id: "id", props: { kept: 1 } });
});
