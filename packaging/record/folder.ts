import { refusal } from "../errors.ts";
import { checkObjectPath } from "../store/object-path.ts";
import { isVersion } from "../version.ts";

/** Where a release lies in the bucket: `releases/<product>/<folder>`. */
export function releaseFolder(product: string, folder: string): string {
  const path = `releases/${product}/${folder}`;
  checkObjectPath(path);
  return path;
}

/**
 * Folder of a release of work in progress: `<version>+<hash>`, so that a version can be released again and again on
 * `dev`. The hash is the first 12 hex digits of the record's SHA-256: the record names every artifact's digest, and a
 * change that reaches only the record (a feature flag, a summary) gets a folder of its own too.
 */
export function devFolder(version: string, recordSha256: string): string {
  return `${version}+${recordSha256.slice(0, 12)}`;
}

/** How a stage names the folder of what it builds, by version and digest of the record. */
export type FolderNaming = (version: string, recordSha256: string) => string;

/** Folder of a release that is published once and for good: its version. */
export function publishedFolder(version: string): string {
  return version;
}

/** The parts of a release's folder: `1.0.0`, or `1.0.0+0123456789ab` on `dev`. Refuses (SLW-VERSION) anything else. */
export function parseFolder(folder: string): { readonly version: string; readonly hash?: string } {
  if (!isReleaseFolder(folder)) {
    throw refusal(
      "SLW-VERSION",
      `expected a version such as 1.4.0, or a folder of one such as 1.4.0+0123456789ab, found ${JSON.stringify(folder)}`,
    );
  }
  const [version = "", hash] = folder.split("+");
  return hash === undefined ? { version } : { version, hash };
}

/** Whether a version or a folder, as settings name it, means this release. */
export function means(asked: string, { version, folder }: { readonly version: string; readonly folder: string }) {
  return asked === version || asked === folder;
}

/** Whether a text is the name of a release's folder, of a published version or of work in progress. */
export function isReleaseFolder(text: string): boolean {
  const [version = "", hash, ...more] = text.split("+");
  return isVersion(version) && more.length === 0 && (hash === undefined || /^[0-9a-f]{12}$/.test(hash));
}
