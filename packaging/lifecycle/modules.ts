import { refusal } from "../errors.ts";

/**
 * The modules that stored states name: a contract, only ever added to. Each is an entry of `exports` in package.json
 * (a test compares the two), and a name in this list.
 */
export const providerModules = [
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
] as const;

export type ProviderModule = (typeof providerModules)[number];

/** Names among `modules` that this code does not have. */
function missingModules(modules: readonly string[]): readonly string[] {
  const known: ReadonlySet<string> = new Set(providerModules);
  return modules.filter((name) => !known.has(name));
}

/** Refuses (SLW-STATE-NEWER) a state that names modules which this code does not have. */
export function refuseUnknownModules(modules: readonly string[]): void {
  const missing = missingModules(modules);
  if (missing.length === 0) return;
  throw refusal(
    "SLW-STATE-NEWER",
    `this stack's state names the provider module ${missing.join(", ")}, which this checkout of Slipway does not have: ` +
      "check out the version that wrote the state or a later one; nothing was written",
  );
}
