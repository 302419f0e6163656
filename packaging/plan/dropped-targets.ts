import type { ReleaseRecord } from "../record/record.ts";

/**
 * One sentence for each target that the version served so far has and the next one lacks: who stops getting updates.
 */
export function droppedTargets(before: ReleaseRecord, next: ReleaseRecord): readonly string[] {
  const kept = new Set(next.artifacts.map(({ target }) => target));
  const dropped = new Set(before.artifacts.map(({ target }) => target).filter((target) => !kept.has(target)));
  return [...dropped].map(
    (target) =>
      `${next.product} ${next.version} has no ${target}: machines of that kind stay on ${before.version} and get no more updates. ` +
      "What is published stays in the bucket.",
  );
}
