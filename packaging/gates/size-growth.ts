import { sizeText } from "../cli/table.ts";
import { type Gate, servedBefore } from "./gate.ts";

/** What grows unseen is downloaded by everybody for years. */
export const sizeGrowth: Gate = {
  name: "size-growth",
  description: "No target's artifacts grow by more than the manifest's budget over what the channel serves.",
  stages: ["candidate", "release"],
  check: (facts) => {
    const { product, version, serving, growth } = facts;
    if (serving === null || growth === null || servedBefore(facts)) return undefined;
    const now = sizesByTarget(facts.artifacts);
    const grown = Object.keys(now)
      .sort()
      .flatMap((target) => {
        const [before = 0, after = 0] = [serving.sizes[target], now[target]];
        // A target that the channel does not serve yet has nothing to grow from.
        if (before === 0 || after * 100 <= before * (100 + growth)) return [];
        return [`${target} from ${sizeText(before)} to ${sizeText(after)} (+${percent(before, after)} %)`];
      });
    if (grown.length === 0) return undefined;
    return (
      `${product} ${version} grows by more than its budget of ${growth} % over ${serving.version}: ${grown.join("; ")}. ` +
      "Everybody downloads it. Find what grew with slipway diff; where that is worth its size, release it with a larger " +
      "budget.growth in its manifest."
    );
  },
};

/** Bytes of all artifacts of each target. */
export function sizesByTarget(
  artifacts: readonly { readonly target: string; readonly size: number }[],
): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const { target, size } of artifacts) sizes[target] = (sizes[target] ?? 0) + size;
  return sizes;
}

/** Rounded up: what is over the budget never looks as if it were on it. */
function percent(before: number, after: number): string {
  return (Math.ceil(((after - before) / before) * 1000) / 10).toFixed(1);
}
