import { whyNotWindowsName } from "../windows-name.ts";

/** MAX_PATH without the drive `C:\` and the final zero: no place on a disk is shorter. In UTF-16 units, as Windows counts. */
const pathLimit = 256;

/** Why Windows cannot hold this path; undefined where it can. The answer follows the path in a sentence. */
export function whyNotOnWindows(path: string): string | undefined {
  if (path.length > pathLimit) return `has ${path.length} characters; Windows takes at most ${pathLimit}`;
  return whyNotWindowsName(path);
}
