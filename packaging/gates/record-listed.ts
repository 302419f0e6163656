import { shortDigest } from "../cli/table.ts";
import type { Gate } from "./gate.ts";

/** Only what went through the channel before it: a record that merely lies in the bucket may be anybody's. */
export const recordListed: Gate = {
  name: "record-listed",
  description: "The role of the channel that the release is taken from lists its record, in metadata in force.",
  stages: ["release"],
  check: ({ product, version, record, from, listed }) =>
    listed === null
      ? `No entry of channel ${from} that its role vouches for names ${product} ${version} (record ${shortDigest(record)}), ` +
        `so nothing says that these are the bytes that were tested. Move ${from} to it first, then run this update again.`
      : undefined,
};
