import { compareVersions } from "../version.ts";
import { type Gate, servedBefore } from "./gate.ts";

/** Package managers never downgrade by themselves: a lower version splits users into those before and those after it. */
export const versionNotLower: Gate = {
  name: "version-not-lower",
  description: "The version is not lower than the one that the channel serves, unless the channel served it before.",
  stages: ["candidate", "release"],
  check: (facts) => {
    const { product, version, channel, serving } = facts;
    if (serving === null || servedBefore(facts) || compareVersions(version, serving.version) >= 0) return undefined;
    return (
      `Channel ${channel} serves ${product} ${serving.version} and never served ${version}, which is lower: machines that ` +
      `have ${serving.version} would not get it. Release ${serving.version} or later, or go back to a version that the ` +
      `channel served (slipway history ${channel} lists them).`
    );
  },
};
