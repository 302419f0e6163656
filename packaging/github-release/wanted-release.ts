import { sha256 } from "../digest.ts";
import type { Release } from "../plan/release-plan.ts";
import { releaseFolder } from "../record/folder.ts";
import type { ReleaseRecord } from "../record/record.ts";
import { sumsText } from "../record/sums.ts";
import type { Store } from "../store/store.ts";
import { type ReleaseFile, signatureName } from "./put-release.ts";

/** A file of the bucket that a release on GitHub has too. */
export interface BucketFile extends ReleaseFile {
  /** In the bucket. */
  readonly path: string;
}

/**
 * The tag of a release. It has the product's name: a repository may have several, and the first must not be called
 * otherwise once a second comes.
 */
export function tagOf({ product, version }: Pick<ReleaseRecord, "product" | "version">): string {
  return `${product}-v${version}`;
}

/** What a release is called on GitHub; a draft is known as Slipway's by it. */
export function nameOf({ product, version }: Pick<ReleaseRecord, "product" | "version">): string {
  return `${product} ${version}`;
}

/**
 * All files of a published release: its artifacts and sums as the record has them, the record by the digest that its channel
 * names, and the signature of the sums where there is one. Only that one is taken as it lies in the bucket.
 */
export async function filesOf(
  store: Store,
  { product, folder, record, recordObject }: Pick<Release, "product" | "folder" | "record" | "recordObject">,
): Promise<readonly BucketFile[]> {
  const base = releaseFolder(product, folder);
  const at = (name: string) => ({ name, path: `${base}/${name}` });
  const sums = Buffer.from(sumsText(record));
  const artifacts = record.artifacts.map(({ name, size, shipped }) => ({ ...at(name), size, sha256: shipped }));
  const { path, size, sha256: digest } = recordObject;
  const files = [
    ...artifacts,
    { ...at("SHA256SUMS"), size: sums.length, sha256: sha256(sums) },
    { name: "release.json", path, size, sha256: digest },
  ];
  const signature = at(signatureName);
  const [found, signatureDigest] = await Promise.all([store.stat(signature.path), store.digest(signature.path)]);
  if (found === undefined || signatureDigest === undefined) return files;
  return [...files, { ...signature, size: found.size, sha256: signatureDigest }];
}
