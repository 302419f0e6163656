import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { type Mistake, refuseMistakes, SlipwayError } from "../errors.ts";
import type { PromotedArtifact } from "../gates/facts.ts";
import { releaseFolder } from "../record/folder.ts";
import { parseRecordOf, type ReleaseRecord, recordLimit } from "../record/record.ts";
import { sumsSigners } from "../record/sums-signers.ts";
import { sideBySide } from "../side-by-side.ts";
import { certificatesIn, inOrder } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";

/** How far artifacts are looked at: by the digest that the store keeps, or by reading every byte. */
export type Depth = "quick" | "deep";

/** Objects of a release that are looked at side by side. */
const atOnce = 4;

/**
 * The record that a channel names, read from the bucket and nowhere else: what is promoted is what lies there. Refuses
 * (SLW-STORE-DAMAGED) where the record or an inventory is missing or altered, naming each.
 */
export async function readWhole(store: Store, product: string, named: ChannelRecord): Promise<ReleaseRecord> {
  const { path, sha256: expected } = named.record;
  const bytes = await store.read(path, recordLimit);
  if (bytes === undefined || sha256(bytes) !== expected) {
    throw new SlipwayError([damage(path, expected, bytes && sha256(bytes))]);
  }
  const record = parseRecordOf(bytes, path, { product, version: named.version });
  const base = releaseFolder(product, named.folder);
  const mistakes = await sideBySide(record.artifacts, atOnce, async ({ inventory }) => {
    const found = await store.digest(`${base}/${inventory.path}`);
    return found === inventory.sha256 ? [] : [damage(`${base}/${inventory.path}`, inventory.sha256, found)];
  });
  refuseMistakes(mistakes.flat());
  return record;
}

function damage(path: string, expected: string, found: string | undefined): Mistake {
  const what = found === undefined ? "is missing from the bucket" : `has the SHA-256 ${found}`;
  return {
    code: "SLW-STORE-DAMAGED",
    message: `${path} ${what}; the release that is to be promoted has ${expected} there`,
    hint: "The stack that published it puts it back with `pulumi up --refresh`. Nothing was written.",
  };
}

/** What the bucket has of each artifact of a release. */
export async function examineArtifacts(
  store: Store,
  { product, folder }: { readonly product: string; readonly folder: string },
  record: ReleaseRecord,
  depth: Depth,
): Promise<readonly PromotedArtifact[]> {
  const base = releaseFolder(product, folder);
  return sideBySide(record.artifacts, atOnce, async ({ name, target, format, size, shipped }) => {
    const path = `${base}/${name}`;
    const there = await store.stat(path);
    const digest = there && (await (depth === "deep" ? store.digest(path) : store.keptDigest(path)));
    const found = there === undefined || digest === undefined ? null : { size: there.size, sha256: digest };
    return { name, target, format, size, sha256: shipped, found };
  });
}

/**
 * Fingerprints of the keys, of the archive or `expected`, whose signatures of the release's sums verify. Refuses
 * (SLW-STORE-DAMAGED) where SHA256SUMS is not the one that the record determines: users check that object.
 */
export async function requireSums(
  store: Store,
  record: ChannelRecord["record"],
  expected: readonly OpenPgpPublic[],
): Promise<readonly string[]> {
  const keys = inOrder([...expected, ...(await certificatesIn(store))]);
  const { fingerprints, damaged } = await sumsSigners(store, record, keys);
  refuseMistakes(
    damaged.map(({ path, state }) => ({
      code: "SLW-STORE-DAMAGED",
      message: `${path} of the release that is to be promoted is ${state}`,
      hint: "The stack that published it puts it back with `pulumi up --refresh`. Nothing was written.",
    })),
  );
  return fingerprints.toSorted();
}
