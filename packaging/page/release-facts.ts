import type { ChannelRecord } from "../channels/entry.ts";
import { readRelease, unlessDamaged } from "../plan/published-plan.ts";
import type { Shelves } from "../plan/read-named.ts";
import { releaseFolder } from "../record/folder.ts";
import type { ReleaseRecord } from "../record/record.ts";
import type { ReleaseFacts, TargetSize } from "./model.ts";

/** A release's record; undefined where it is missing or damaged: its page then says what is left. */
export async function readRecord(
  at: Shelves,
  product: string,
  named: ChannelRecord,
): Promise<ReleaseRecord | undefined> {
  return (await unlessDamaged(readRelease(at, product, named)))?.record;
}

/** What a page tells of a release. */
export function releaseFacts(record: ReleaseRecord, folder: string): ReleaseFacts {
  const { version, summary, description, homepage, licence, maintainer, artifacts, product } = record;
  return {
    version,
    summary,
    description,
    homepage,
    licence,
    maintainer: maintainer.name,
    folder: releaseFolder(product, folder),
    downloads: artifacts.map(({ name, target, format, size, shipped }) => ({
      name,
      target,
      format,
      size,
      sha256: shipped,
    })),
  };
}

/** Bytes of all files of each target together, in the record's order of targets by name. */
export function targetSizes({ artifacts }: ReleaseRecord): readonly TargetSize[] {
  const sizes = new Map<TargetSize["target"], number>();
  for (const { target, size } of artifacts) sizes.set(target, (sizes.get(target) ?? 0) + size);
  return [...sizes].map(([target, size]) => ({ target, size })).sort((a, b) => (a.target < b.target ? -1 : 1));
}
