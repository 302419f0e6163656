import { type Gate, servedBefore } from "./gate.ts";

/** A build that lacks a target leaves its users behind without a word, whether a machine of the build failed or somebody meant it. */
export const everyTarget: Gate = {
  name: "every-target",
  description: "The release has each target that the channel serves now, unless its governance entry drops the target.",
  stages: ["candidate", "release"],
  check: (facts) => {
    const { product, version, channel, artifacts, serving, governance } = facts;
    if (serving === null || servedBefore(facts)) return undefined;
    const kept = new Set([...artifacts.map(({ target }) => target), ...(governance.entry?.drops ?? [])]);
    const lost = Object.keys(serving.sizes).filter((target) => !kept.has(target));
    if (lost.length === 0) return undefined;
    const targets = lost.sort().join(", ");
    return (
      `${product} ${version} has nothing for ${targets}, which channel ${channel} serves with ${serving.version}: machines ` +
      `of that kind would get no more updates. Build it for them, or, where they are given up knowingly, let the entry ` +
      `for ${product} ${version} in ${governance.file} say "drops: ${targets}".`
    );
  },
};
