import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
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
 * Folder of a release of work in progress: `<version>+<hash>`, so that a version can be released again and again on `dev`.
 *
 * The hash is the first 12 hex digits of the SHA-256 over one line per artifact, in the order of the names as UTF-8
 * bytes: content digest in lower-case hex, two spaces, name, newline.
 */
export function devFolder(
  version: string,
  artifacts: readonly { readonly name: string; readonly content: string }[],
): string {
  const sorted = [...artifacts].sort((a, b) => byBytes(a.name, b.name));
  const lines = sorted.map(({ name, content }) => `${content}  ${name}\n`);
  return `${version}+${sha256(lines.join("")).slice(0, 12)}`;
}

/** The parts of a release's folder: `1.0.0`, or `1.0.0+0123456789ab` on `dev`. Refuses (SLW-VERSION) anything else. */
export function parseFolder(folder: string): { readonly version: string; readonly hash?: string } {
  const [version = "", hash, ...more] = folder.split("+");
  const good = isVersion(version) && more.length === 0 && (hash === undefined || /^[0-9a-f]{12}$/.test(hash));
  if (!good) {
    throw refusal(
      "SLW-VERSION",
      `expected a version such as 1.4.0, or a folder of one such as 1.4.0+0123456789ab, found ${JSON.stringify(folder)}`,
    );
  }
  return hash === undefined ? { version } : { version, hash };
}
