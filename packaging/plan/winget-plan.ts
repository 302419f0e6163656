import { versionMoves } from "../channels/version-moves.ts";
import type { ReleaseRecord } from "../record/record.ts";
import type { WingetFacts } from "../record/repository-facts.ts";
import { bucketFolder, manifestNames, repositoryFolder, wingetManifests } from "../repositories/winget/manifests.ts";
import type { Store } from "../store/store.ts";
import { compareVersions, versionProblem } from "../version.ts";
import { type PlannedText, waitsFor } from "./planned-text.ts";
import type { PlannedPointer } from "./pointer-plan.ts";

/** A package of winget, as the channel of its product points now. */
export interface WingetPlan {
  readonly product: string;
  readonly version: string;
  readonly identifier: string;
  /** Path in the bucket → text. */
  readonly manifests: Readonly<Record<string, PlannedText>>;
  readonly request: WingetRequest;
}

/** What winget's repository is asked for: a new version, or that one goes again. People decide about it. */
export interface WingetRequest {
  readonly branch: string;
  readonly title: string;
  readonly body: string;
  /** Path in the repository → text. */
  readonly files: Readonly<Record<string, PlannedText>>;
  readonly removed: readonly string[];
  readonly author: ReleaseRecord["maintainer"];
  /** Seconds since 1970. */
  readonly date: number;
}

export interface WingetPlans {
  readonly packages: readonly WingetPlan[];
  /** A sentence for each product that winget cannot have in this version. */
  readonly notices: readonly string[];
}

/** Plans what winget has of the releases that channels point at. */
export async function planWinget(
  store: Store,
  products: readonly PlannedPointer[],
  url: string,
  manifestVersion: string,
): Promise<WingetPlans> {
  const notices: string[] = [];
  const packages: WingetPlan[] = [];
  for (const pointer of products) {
    const { product, version, folder, record } = pointer.release;
    const facts = record.winget;
    if (facts === undefined) continue;
    const problem = versionProblem("winget", version);
    if (problem !== undefined) {
      notices.push(`${product} ${version} is not for winget: ${problem.problem}. What winget has of it stays as it is`);
      continue;
    }
    const waits = waitsFor(pointer.release, ["msi", "zip"], record);
    const texts = wingetManifests({ record, folder, url, manifestVersion }, facts);
    const named = new Map(
      // Digests are in one of the three.
      [...texts].map(([name, text]) => [name, { text, afterSigning: waits && name.endsWith(".installer.yaml") }]),
    );
    const { before } = await versionMoves(store, pointer.channel.now, version);
    const request = { author: record.maintainer, date: record.epoch };
    packages.push({
      product,
      version,
      identifier: facts.identifier,
      manifests: below(bucketFolder(facts.identifier, version), named),
      request: { ...request, ...requestOf(facts, version, before, named) },
    });
  }
  return { packages, notices };
}

type Named = ReadonlyMap<string, PlannedText>;

function below(folder: string, named: Named): Readonly<Record<string, PlannedText>> {
  return Object.fromEntries([...named].map(([name, text]) => [`${folder}/${name}`, text]));
}

/** The change of one version that winget's repository is asked for, as far as it is known before its manifests are. */
export interface VersionRequest {
  readonly identifier: string;
  readonly version: string;
  /** It goes. */
  readonly isRemoved: boolean;
  readonly branch: string;
  /** Paths in the repository. */
  readonly paths: readonly string[];
}

/**
 * One version in each request: that is what the repository takes. Where a channel went back, the one that it left goes.
 * `before`: the version that the channel served before this one.
 */
export function versionRequest(identifier: string, served: string, before: string | undefined): VersionRequest {
  const isRemoved = before !== undefined && compareVersions(served, before) < 0;
  const version = isRemoved ? before : served;
  const folder = repositoryFolder(identifier, version);
  return {
    ...{ identifier, version, isRemoved },
    branch: `${identifier}-${version}${isRemoved ? "-removed" : ""}`,
    paths: manifestNames(identifier).map((file) => `${folder}/${file}`),
  };
}

function requestOf(
  { identifier, name }: WingetFacts,
  served: string,
  before: string | undefined,
  named: Named,
): Omit<WingetRequest, "author" | "date"> {
  const { version, isRemoved, branch, paths } = versionRequest(identifier, served, before);
  if (isRemoved) {
    return {
      branch,
      title: `Remove version: ${identifier} version ${version}`,
      body: `${name} ${version} was withdrawn by its publisher; ${served} is what it recommends.`,
      files: {},
      removed: paths,
    };
  }
  return {
    branch,
    title: `New version: ${identifier} version ${version}`,
    body: `${name} ${version}, as its publisher released it.`,
    files: below(repositoryFolder(identifier, version), named),
    removed: [],
  };
}
