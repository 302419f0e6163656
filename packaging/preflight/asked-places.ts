import { parseRemote } from "../git/remote.ts";
import { gitHubUrl } from "../github/github.ts";
import { keySource } from "../setting-values.ts";
import type { Settings } from "../settings.ts";
import { isS3Location, parseS3Location } from "../store/location.ts";
import type { GitDestination } from "./ask-git.ts";
import type { PullDestination, RepositoryDestination } from "./ask-github.ts";

/** The places outside this machine that a stack's settings name: those that can say no to an update. */
export interface AskedPlaces {
  /** A bucket that is no folder. */
  readonly bucket?: string;
  readonly git: readonly GitDestination[];
  readonly pulls: readonly PullDestination[];
  readonly repositories: readonly RepositoryDestination[];
  /** Addresses whose answers say what time it is. */
  readonly clocks: readonly string[];
}

/** What is to be asked before a stack builds anything; nothing of a stack that stays on this machine. */
export function askedPlacesOf({ bucket, homebrew, winget, githubRelease }: Settings): AskedPlaces {
  const isFar = isS3Location(bucket);
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
  return { ...(isFar && { bucket }), git, pulls, repositories, clocks };
}

/** Whether there is anything to ask. */
export function asksAny({ bucket, git, pulls, repositories }: AskedPlaces): boolean {
  return bucket !== undefined || git.length + pulls.length + repositories.length > 0;
}

/** The address of the service that the bucket is in. */
function clockOf(bucket: string): string {
  return parseS3Location(bucket).endpoint ?? "https://s3.amazonaws.com/";
}
