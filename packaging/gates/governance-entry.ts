import type { Gate } from "./gate.ts";

/** People decide what users get, and what they decided upon are bytes, not a number that other bytes may have. */
export const governanceEntry: Gate = {
  name: "governance-entry",
  description: "The newest entry of the governance log for this product and version names the record's SHA-256.",
  stages: ["release"],
  check: ({ product, version, record, channel, governance: { needed, file, entry } }) => {
    if (!needed) return undefined;
    if (entry === null || entry.product !== product || entry.version !== version) {
      return (
        `${file} has no entry for ${product} ${version}: nobody has decided that users of ${channel} get it. Add one with ` +
        `the evidence's address and record ${record}, have it reviewed, then run this update again.`
      );
    }
    if (entry.record === record) return undefined;
    return (
      `${file} decides on record ${entry.record} of ${product} ${version}, and the one to release is ${record}: users of ` +
      `${channel} would get other bytes than those that were looked at. Look at these, and add an entry that names them.`
    );
  },
};
