import { releaseFolder } from "../record/folder.ts";
import type { RecordedArtifact, ReleaseRecord } from "../record/record.ts";
import { targetNames } from "../targets.ts";
import { aptWays } from "./apt-way.ts";
import { archiveWays, installerWays } from "./download-ways.ts";
import { homebrewWays } from "./homebrew-way.ts";
import type { InstallWay } from "./model.ts";
import { wingetWays } from "./winget-way.ts";

/** A published release, and what its install lines name beside it. */
export interface Installable {
  readonly record: ReleaseRecord;
  /** Path of the release's folder in the bucket. */
  readonly folder: string;
  readonly channel: string;
  /** Name of the archive's keyring: `runtime-archive-keyring`. */
  readonly keyring: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  /** The tap that has it. */
  readonly tap?: string | undefined;
  /** The bucket has its manifests for winget. */
  readonly winget?: true | undefined;
}

/** Ways of one kind, from the record alone: none where the release has nothing for it. */
export type WaySource = (of: Installable) => readonly InstallWay[];

/** Every kind of way, the one that a person should take first. Another place to install from is another line. */
const sources: readonly WaySource[] = [aptWays, homebrewWays, wingetWays, installerWays, archiveWays];

export function installWays(of: Installable): readonly InstallWay[] {
  return sources.flatMap((source) => source(of));
}

/** What a page's install lines need to know of a release in the bucket; artifacts in the order of the table of targets. */
export function installable(
  record: ReleaseRecord,
  folder: string,
  rest: Pick<Installable, "channel" | "keyring" | "url" | "tap" | "winget">,
): Installable {
  const order = (target: RecordedArtifact["target"]) =>
    target === "any" ? targetNames.length : targetNames.indexOf(target);
  const artifacts = record.artifacts.toSorted((a, b) => order(a.target) - order(b.target));
  return { record: { ...record, artifacts }, folder: releaseFolder(record.product, folder), ...rest };
}
