import { releaseFolder } from "../record/folder.ts";
import type { ReleaseRecord } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import type { ReleaseFile } from "./put-release.ts";

/** A file of the bucket that a release on GitHub has too. */
export interface BucketFile extends ReleaseFile {
  /** In the bucket. */
  readonly path: string;
}

/** What of a release's folder goes along with its artifacts, where it is there. */
const beside = ["SHA256SUMS", "SHA256SUMS.asc", "release.json"];

/**
 * The tag of a release. It has the product's name: a repository may have several, and the first must not be called
 * otherwise once a second comes.
 */
export function tagOf({ product, version }: Pick<ReleaseRecord, "product" | "version">): string {
  return `${product}-v${version}`;
}

/** All files of a published release: its artifacts as the record has them, the sums with their signature, the record. */
export async function filesOf(store: Store, folder: string, record: ReleaseRecord): Promise<readonly BucketFile[]> {
  const base = releaseFolder(record.product, folder);
  const artifacts = record.artifacts.map(({ name, size, shipped }) => ({
    name,
    path: `${base}/${name}`,
    size,
    sha256: shipped,
  }));
  const others = await Promise.all(
    beside.map(async (name) => {
      const path = `${base}/${name}`;
      const [found, sha256] = await Promise.all([store.stat(path), store.digest(path)]);
      return found === undefined || sha256 === undefined ? [] : [{ name, path, size: found.size, sha256 }];
    }),
  );
  return [...artifacts, ...others.flat()];
}
