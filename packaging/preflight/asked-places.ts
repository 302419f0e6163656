import { parseRemote } from "../git/remote.ts";
import { gitHubUrl } from "../github/github.ts";
import { keySource } from "../setting-values.ts";
import type { Settings } from "../settings.ts";
import { isS3Location, parseS3Location } from "../store/location.ts";
import type { BucketDestination } from "./ask-bucket.ts";
import type { GitDestination } from "./ask-git.ts";
import type { PullDestination, RepositoryDestination } from "./ask-github.ts";
import { writtenPaths } from "./written-paths.ts";

/** The places outside this machine that a stack's settings name: those that can say no to an update. */
export interface AskedPlaces {
  /** A bucket that is no folder, and that the stack does not make itself. */
  readonly bucket?: BucketDestination;
  readonly git: readonly GitDestination[];
  readonly pulls: readonly Omit<PullDestination, "requests">[];
  /** Those that have releases. */
  readonly repositories: readonly RepositoryDestination[];
  /** Addresses whose answers say what time it is. */
  readonly clocks: readonly string[];
}

/** What is to be asked before a stack builds anything; nothing of a stack that stays on this machine. */
export function askedPlacesOf(settings: Settings): AskedPlaces {
  const { bucket, aws, homebrew, winget, githubRelease } = settings;
  const isFar = isS3Location(bucket) && aws === undefined;
  // A folder answers when it is written, as the bucket's does.
  const tap = homebrew && parseRemote(homebrew.remote, ".");
  const git =
    homebrew === undefined || tap?.folder !== undefined
      ? []
      : [{ ...homebrew, token: homebrew.token && keySource(homebrew.token) }];
  const submit = winget?.submit;
  const pulls = submit === undefined ? [] : [{ ...submit, token: keySource(submit.token) }];
  const repositories = githubRelease === undefined ? [] : [{ ...githubRelease, token: keySource(githubRelease.token) }];
  const clocks = [
    ...(isFar ? [clockOf(bucket)] : []),
    ...(tap?.server === undefined ? [] : [tap.server]),
    ...(pulls.length + repositories.length > 0 ? [gitHubUrl()] : []),
  ];
  const there = isFar && { bucket: { location: bucket, writes: writtenPaths(settings) } };
  return { ...there, git, pulls, repositories, clocks };
}

/** Whether there is anything to ask. */
export function asksAny({ bucket, git, pulls, repositories }: AskedPlaces): boolean {
  return bucket !== undefined || git.length + pulls.length + repositories.length > 0;
}

/** The address of the service that the bucket is in. */
function clockOf(bucket: string): string {
  return parseS3Location(bucket).endpoint ?? "https://s3.amazonaws.com/";
}
