import type { Settings } from "../settings.ts";
import type { StageName } from "../stage-settings.ts";

/**
 * Patterns of the objects that a stack of each stage writes, in which `*` stands for anything: those that a policy may tell
 * from each other, as the publisher's does (aws/publisher-policy.ts). A stack of stage `release` writes releases where it
 * repairs them alone.
 */
const written: Readonly<Record<StageName, readonly string[]>> = {
  dev: ["releases/*", "channels/*", "tuf/*", "tuf/*.root.json", "tuf/*.targets.json", "keys/*", "dists/*", "*.html"],
  foundation: ["tuf/*", "tuf/*.root.json", "tuf/*.targets.json", "keys/*"],
  candidate: ["releases/*", "channels/*", "tuf/*", "dists/*", "*.html"],
  release: ["channels/*", "tuf/*", "dists/*", "*.html"],
};

/** The patterns of what a stack writes into its bucket. */
export function writtenPaths({ stage, winget }: Pick<Settings, "stage" | "winget">): readonly string[] {
  return [...written[stage], ...(winget === undefined ? [] : ["winget/*"])];
}

/** A path of a pattern that no object has. */
export function unusedPath(pattern: string): string {
  return pattern.replace("*", "slipway-asks");
}
