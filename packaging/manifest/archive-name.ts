import type { ArchiveKind } from "./product.ts";

const readEndings: readonly (readonly [RegExp, ArchiveKind])[] = [
  [/\.(?:tar(?:\.(?:gz|xz|zst))?|tgz|txz|tzst)$/i, "tar"],
  [/\.zip$/i, "zip"],
];

/** The kind of archive that a file's name says it is; undefined for a name that says nothing of the sort. */
export function archiveKindOf(name: string): ArchiveKind | undefined {
  return readEndings.find(([ending]) => ending.test(name))?.[1];
}

/** Archives and compressions that no code here reads. */
export function isUnreadArchive(name: string): boolean {
  return /\.(?:tar\.(?:bz2|br|lz|lz4|lzma|Z)|tbz2?|tbr|tlz|7z|rar|bz2|gz|xz|zst)$/i.test(name) && !archiveKindOf(name);
}

/** The name of the file at an address: the last piece of its path, with %XX as the letters that they stand for. */
export function fileNameOf(url: string): string {
  const last =
    url
      .replace(/[?#].*$/s, "")
      .split("/")
      .at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
