import { collect } from "../../../../containers/member-content.ts";
import { fileEntry, inlineEntry } from "../../../../staging/file-entry.ts";
import { growTree } from "../../../../staging/grow-tree.ts";
import { inlineBytes } from "../../../../staging/input-file.ts";
import { writeInstaller } from "../installer.ts";
import { courier } from "./courier.ts";
import { programBytes } from "./program.ts";

const tree = growTree([
  fileEntry("bin/courier.exe", inlineBytes(programBytes("1.2.0.7", 1031)), { part: "bin", mode: 0o755 }),
  inlineEntry("share/doc/courier/LICENSE", "Do as you like.\n", "bin"),
]);

/** A small installer package, unsigned. `spool` is a file that is gone afterwards. */
export function unsignedMsi(spool: string): Promise<Buffer> {
  return collect(writeInstaller({ tree, epoch: 1_700_000_000, format: courier }, { spool, packed: () => undefined }));
}
