import type { Targets } from "@tufjs/models";
import type { TufFile } from "./metadata.ts";

/**
 * Key ids whose signatures of a role's file verify, among the keys that any of `targets` lists for the role: keys that were
 * replaced since count too. Sorted; more than one where a file was signed by several.
 */
export function roleSigners(
  targets: readonly TufFile<Targets>[],
  role: string,
  file: TufFile<Targets>,
): readonly string[] {
  const signers = new Set<string>();
  for (const { metadata } of targets) {
    const { keys = {}, roles = {} } = metadata.signed.delegations ?? {};
    for (const keyid of roles[role]?.keyIDs ?? []) {
      try {
        keys[keyid]?.verifySignature(file.metadata);
        if (keys[keyid] !== undefined) signers.add(keyid);
      } catch {
        // Not signed by this key.
      }
    }
  }
  return [...signers].sort();
}
