import { gzipMax } from "../../compression/gzip.ts";
import { inlineEntry } from "../../staging/file-entry.ts";
import type { FileEntry, Part } from "../../staging/tree.ts";
import { type ChangelogEntry, changelogText } from "./changelog.ts";

/** What Debian Policy 12.5 and 12.7 ask of every package: `copyright`, and the changelog compressed as far as it goes. */
export function documentation(
  packageName: string,
  part: Part,
  copyright: string,
  changelog: ChangelogEntry,
): readonly FileEntry[] {
  const folder = `usr/share/doc/${packageName}`;
  return [
    inlineEntry(`${folder}/changelog.gz`, gzipMax(Buffer.from(changelogText(changelog))), part),
    inlineEntry(`${folder}/copyright`, copyright, part),
  ];
}
