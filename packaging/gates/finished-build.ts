import type { Gate } from "./gate.ts";

/** Work in progress may be released again with other bytes under the same version; what users get may not. */
export const finishedBuild: Gate = {
  name: "finished-build",
  description: "The release is no work in progress: its folder is its version, without +hash.",
  stages: ["candidate", "release"],
  check: ({ product, version, folder, channel }) =>
    folder === version
      ? undefined
      : `${product} ${folder} is work in progress: the bytes of ${version} may still change, and users of ${channel} would ` +
        `keep those of today. Build ${version} on a candidate stack, which publishes it in a folder of its own, and take that.`,
};
