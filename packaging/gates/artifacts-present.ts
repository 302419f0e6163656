import type { PromotedArtifact } from "./facts.ts";
import type { Gate } from "./gate.ts";

/** An index that names a file which is gone or other than it says breaks the update of every machine that reads it. */
export const artifactsPresent: Gate = {
  name: "artifacts-present",
  description: "Every artifact is in the bucket with the size and the SHA-256 that the record states.",
  stages: ["release"],
  check: ({ product, version, from, artifacts }) => {
    const wrong = artifacts.flatMap(differs);
    if (wrong.length === 0) return undefined;
    const are = artifacts.length === 1 ? "artifact is" : "artifacts are";
    return (
      `${wrong.length} of ${artifacts.length} ${are} not in the bucket as the record of ${product} ${version} has them: ` +
      `${wrong.join("; ")}. Installations of them would fail. Run an update with --refresh of the stack that moves ` +
      `${from}, which restores them, then run this one again.`
    );
  },
};

function differs({ name, size, sha256, found }: PromotedArtifact): readonly string[] {
  if (found === null) return [`${name} is missing`];
  if (found.size !== size) return [`${name} has ${bytes(found.size)} instead of ${bytes(size)}`];
  if (found.sha256 !== sha256) return [`${name} has SHA-256 ${found.sha256} instead of ${sha256}`];
  return [];
}

/** Exact: a rounded size would hide what differs. */
function bytes(count: number): string {
  return `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")} B`;
}
