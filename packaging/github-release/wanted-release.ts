import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Release } from "../plan/release-plan.ts";
import { releaseFolder } from "../record/folder.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { signaturePath } from "../record/signatures.ts";
import { sumsText } from "../record/sums.ts";
import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import { readWithin } from "../store/read-within.ts";
import type { Store } from "../store/store.ts";
import { type ReleaseFile, signatureName } from "./put-release.ts";

const sumsName = "SHA256SUMS";
/** Most bytes that a detached signature may have; a larger file is no signature. */
const signatureLimit = 64 << 10;

type Published = Pick<Release, "product" | "folder" | "record" | "recordObject">;

/** A file of the bucket that a release on GitHub has too. */
export interface BucketFile extends ReleaseFile {
  /** In the bucket. */
  readonly path: string;
}

/** What a release is called on GitHub; a draft is known as Slipway's by it. */
export function nameOf({ product, version }: Pick<ReleaseRecord, "product" | "version">): string {
  return `${product} ${version}`;
}

/** The files of a published release that its record determines: artifacts, sums, and the record by the digest that its channel names. */
export function recordedFiles({ product, folder, record, recordObject }: Published): readonly BucketFile[] {
  const base = releaseFolder(product, folder);
  const at = (name: string) => ({ name, path: `${base}/${name}` });
  const sums = Buffer.from(sumsText(record));
  const { path, size, sha256: digest } = recordObject;
  return [
    ...record.artifacts.map(({ name, size, shipped }) => ({ ...at(name), size, sha256: shipped })),
    { ...at(sumsName), size: sums.length, sha256: sha256(sums) },
    { name: "release.json", path, size, sha256: digest },
  ];
}

/**
 * All files that a published release has on GitHub: those of its record, and as `SHA256SUMS.asc` a signature of the sums by one
 * of these keys: the copy of that name in the bucket, or where that is none of theirs, the key's own. Refuses
 * (SLW-STORE-DAMAGED) where none of them signed.
 */
export async function filesOf(
  store: Store,
  release: Published,
  signers: readonly OpenPgpPublic[],
): Promise<readonly BucketFile[]> {
  const base = releaseFolder(release.product, release.folder);
  const sums = Buffer.from(sumsText(release.record));
  const own = signers.map(({ fingerprint }) => signaturePath(`${base}/${sumsName}`, fingerprint));
  for (const path of [`${base}/${signatureName}`, ...own]) {
    const bytes = await readWithin(store, path, signatureLimit);
    if (bytes === undefined || !(await isByAny(signers, sums, bytes))) continue;
    return [...recordedFiles(release), { name: signatureName, path, size: bytes.length, sha256: sha256(bytes) }];
  }
  throw refusal(
    "SLW-STORE-DAMAGED",
    `${base}/${signatureName} is to go to GitHub, and no key of slipway:signer signed these sums.`,
    { hint: "The stack that published the release puts its signatures back with `pulumi up --refresh`." },
  );
}

async function isByAny(signers: readonly OpenPgpPublic[], sums: Uint8Array, signature: Uint8Array): Promise<boolean> {
  for (const { armored } of signers) {
    if (await verifyDetached(armored, sums, Buffer.from(signature).toString())) return true;
  }
  return false;
}
