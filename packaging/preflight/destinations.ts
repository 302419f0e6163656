import { gitHubUrl } from "../github/github.ts";
import type { Settings, SourceSetting } from "../settings.ts";
import type { KeySource } from "../signing/signer.ts";
import type { GitDestination } from "./ask-git.ts";
import type { PullDestination, RepositoryDestination } from "./ask-github.ts";

/** The places outside this machine that a stack's settings name. */
export interface Destinations {
  /** A bucket that is no folder. */
  readonly bucket?: string;
  readonly git: readonly GitDestination[];
  readonly pulls: readonly PullDestination[];
  readonly repositories: readonly RepositoryDestination[];
  /** Addresses whose answers say what time it is. */
  readonly clocks: readonly string[];
}

/** What is to be asked before a stack builds anything; nothing of a stack that stays on this machine. */
export function destinationsOf({ bucket, githubRelease }: Settings): Destinations {
  const remote = /^[a-z][a-z0-9+.-]+:\/\//i.test(bucket);
  const repositories = githubRelease === undefined ? [] : [{ ...githubRelease, token: sourceOf(githubRelease.token) }];
  const clocks = [...(remote ? [clockOf(bucket)] : []), ...(repositories.length > 0 ? [gitHubUrl()] : [])];
  return { ...(remote && { bucket }), git: [], pulls: [], repositories, clocks };
}

/** Whether there is anything to ask. */
export function hasDestinations({ bucket, git, pulls, repositories }: Destinations): boolean {
  return bucket !== undefined || git.length + pulls.length + repositories.length > 0;
}

/** An object store's own address where the bucket names one, else that of AWS. */
function clockOf(bucket: string): string {
  return URL.parse(bucket)?.searchParams.get("endpoint") ?? "https://s3.amazonaws.com/";
}

function sourceOf(setting: SourceSetting): KeySource {
  return "env" in setting ? { kind: "env", name: setting.env } : { kind: "file", path: setting.file };
}
