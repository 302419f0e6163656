import type { Clock } from "../clock.ts";
import type { Places } from "../places.ts";
import type { Release, ReleasePlan } from "../plan/release-plan.ts";
import { publishedFolder } from "../record/folder.ts";
import { movedChannel, type Settings } from "../settings.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Answer } from "./answer.ts";
import { askBucket } from "./ask-bucket.ts";
import { askClock } from "./ask-clock.ts";
import { askGit } from "./ask-git.ts";
import { askPullRequests, askReleases } from "./ask-github.ts";
import { askedPlacesOf } from "./asked-places.ts";
import { askedRequests } from "./asked-requests.ts";

/** Questions at a time. */
const width = 4;

/** A release that an update would publish or promote, as far as it is known before anything is built. */
export interface AskedPlan extends Pick<ReleasePlan, "product" | "version" | "winget"> {
  /** Where the bucket has it. */
  readonly published?: Release;
}

/**
 * Asks every place outside this machine that a stack's settings name, side by side, and gives all answers in the order of the
 * places. Nothing is changed anywhere, but by a service of S3 that honours neither conditions nor checksums (ask-writing.ts).
 * `writing`: an update asks, which cannot do without tokens.
 */
export async function askPlaces(
  settings: Settings,
  plans: readonly AskedPlan[],
  places: Pick<Places, "projectRoot" | "cache" | "store">,
  clock: Clock,
  writing: boolean,
): Promise<readonly Answer[]> {
  const { bucket, git, pulls, repositories, clocks } = askedPlacesOf(settings);
  const { store } = places;
  // Elsewhere a folder has its record's digest in its name, or is there already.
  const isNew = ({ published }: AskedPlan) => settings.stage === "candidate" && published === undefined;
  const fresh = plans.filter(isNew).map(({ product, version }) => ({ product, folder: publishedFolder(version) }));
  const releases = plans.flatMap(({ published }) => published ?? []);
  const requests = pulls.length === 0 ? [] : await askedRequests(store, movedChannel(settings), plans);
  const questions: readonly (() => Promise<readonly Answer[]>)[] = [
    ...(bucket === undefined ? [] : [() => askBucket(bucket, store, fresh, writing)]),
    ...git.map((it) => () => askGit(it, places, writing)),
    ...pulls.map((it) => () => askPullRequests({ ...it, requests }, writing)),
    ...repositories.map((it) => () => askReleases({ ...it, releases }, writing)),
    ...[...new Set(clocks)].map((it) => async () => [await askClock(it, clock)]),
  ];
  return (await sideBySide(questions, width, (ask) => ask())).flat();
}
