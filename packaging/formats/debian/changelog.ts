import { wrap } from "./description.ts";

export interface ChangelogEntry {
  /** Name of the source: the product's id, for both of its packages. */
  readonly source: string;
  /** Debian version. */
  readonly version: string;
  readonly changes: readonly string[];
  readonly maintainer: { readonly name: string; readonly email: string };
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** A Debian changelog with one entry, deb-changelog(5). */
export function changelogText({ source, version, changes, maintainer, epoch }: ChangelogEntry): string {
  const items = changes.length === 0 ? ["New release."] : changes;
  const lines = items.flatMap((item) => wrap(item, 74).map((line, index) => `  ${index === 0 ? "*" : " "} ${line}`));
  const trailer = ` -- ${maintainer.name} <${maintainer.email}>  ${rfc5322(epoch)}`;
  return [`${source} (${version}) unstable; urgency=medium`, "", ...lines, "", trailer, ""].join("\n");
}

/** `Tue, 12 Aug 2025 23:48:13 +0000`, in UTC and English whatever the locale. */
function rfc5322(epoch: number): string {
  return new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
}
