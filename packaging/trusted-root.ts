import { readSettingFile } from "./setting-file.ts";
import type { Settings } from "./settings.ts";

/** The text of the TUF root that a stack trusts. Refuses (SLW-KEY) a file that is not there, or too large for one. */
export function readTrustedRoot({ root = "" }: Pick<Settings, "root">): Promise<string> {
  return readSettingFile(root, ["root"], tufRoot);
}

/** A TUF root is a few kilobytes. */
const tufRoot = {
  limit: 1 << 20,
  otherwise: "is no TUF root",
  hint: "Copy keys/tuf-root.json of the bucket into the project once, and compare its key with the bucket's owner.",
};
