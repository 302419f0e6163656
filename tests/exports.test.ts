import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type ProviderModule, providerModules } from "../packaging/lifecycle/modules.ts";
import { repository } from "./engine/checkout.ts";

/**
 * Every provider module that a stored state may name. States outlive the code: a line is added here with each new
 * module, and none is ever taken away.
 */
const promised: readonly string[] = [
  "slipway/lifecycle/archive-keys",
  "slipway/lifecycle/artifact",
  "slipway/lifecycle/channel",
  "slipway/lifecycle/git-commit",
  "slipway/lifecycle/github-release",
  "slipway/lifecycle/key-pair",
  "slipway/lifecycle/notarization",
  "slipway/lifecycle/pages",
  "slipway/lifecycle/pull-request",
  "slipway/lifecycle/release-record",
  "slipway/lifecycle/state-contract",
  "slipway/lifecycle/suite",
  "slipway/lifecycle/trust",
  "slipway/lifecycle/winget-manifests",
];

const methods = ["check", "create", "delete", "diff", "read", "update"];

async function exportedNames(): Promise<readonly string[]> {
  const { exports } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  return Object.keys(exports).map((name) => name.replace(/^\./, "slipway"));
}

test("exports of package.json lose no provider module that a state may name", async () => {
  const exported = await exportedNames();
  assert.deepEqual(
    promised.filter((name) => !exported.includes(name)),
    [],
  );
});

test("exports, the list of provider modules and the promise name the same modules", async () => {
  const modules = (await exportedNames()).filter((name) => name.startsWith("slipway/lifecycle/"));
  assert.deepEqual(modules.toSorted(), promised);
  assert.deepEqual(providerModules.toSorted(), promised);
});

for (const name of providerModules) {
  test(`${name} loads by the package's own name and has all that a dynamic provider calls`, async () => {
    const { lifecycle } = (await import(name satisfies ProviderModule)) as { readonly lifecycle: object };
    const found = Object.entries(lifecycle).filter(([, value]) => typeof value === "function");
    assert.deepEqual(found.map(([method]) => method).sort(), methods);
  });
}
