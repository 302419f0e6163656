import type { Clock } from "../clock.ts";
import type { Places } from "../places.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Answer } from "./answer.ts";
import { type AskedRelease, askBucket } from "./ask-bucket.ts";
import { askClock } from "./ask-clock.ts";
import { askGit } from "./ask-git.ts";
import { askPullRequest, askRepository } from "./ask-github.ts";
import type { AskedPlaces } from "./asked-places.ts";

/** Questions at a time. */
const width = 4;

/**
 * Asks every place that a stack publishes to, side by side, and gives all answers in the order of the places. Nothing is
 * changed anywhere. `writing`: an update asks, which cannot do without tokens.
 */
export async function askPlaces(
  { bucket, git, pulls, repositories, clocks }: AskedPlaces,
  releases: readonly AskedRelease[],
  places: Pick<Places, "projectRoot" | "cache" | "store">,
  clock: Clock,
  writing: boolean,
): Promise<readonly Answer[]> {
  const questions: readonly (() => Promise<readonly Answer[]>)[] = [
    ...(bucket === undefined ? [] : [() => askBucket(bucket, places.store, releases)]),
    ...git.map((it) => () => askGit(it, places, writing)),
    ...pulls.map((it) => () => askPullRequest(it, writing)),
    ...repositories.map((it) => () => askRepository(it, writing)),
    ...[...new Set(clocks)].map((it) => async () => [await askClock(it, clock)]),
  ];
  return (await sideBySide(questions, width, (ask) => ask())).flat();
}
