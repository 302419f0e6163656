import type { ChannelEntry } from "../channels/entry.ts";
import { readEntries, snapshotNumber } from "../channels/read.ts";
import { refuseMistakes, SlipwayError } from "../errors.ts";
import { damaged, type Finding } from "../finding.ts";
import { suiteFindings } from "../repositories/apt/findings.ts";
import type { Members } from "../repositories/apt/members.ts";
import type { Phasing } from "../repositories/apt/phasing.ts";
import {
  type IndexText,
  indexTexts,
  planSuite,
  type SuiteContent,
  type SuiteNames,
  type SuiteRelease,
} from "../repositories/apt/suite.ts";
import type { ChannelPlan } from "./channel-plan.ts";
import { readOffers } from "./offers.ts";
import type { Shelves } from "./read-named.ts";
import type { Release } from "./release-plan.ts";

/** What names a suite, and what a user's sources file says of it. */
export interface SuiteSettings {
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
  /** Unset: every machine upgrades. */
  readonly phasing?: Phasing | undefined;
}

/** Everything that a channel names: the current release, which may not be published yet, and the kept ones. */
export async function offeredReleases(
  at: Shelves,
  release: Release,
  plan: ChannelPlan,
): Promise<readonly SuiteRelease[]> {
  const { product, current, kept } = plan;
  return readOffers(at, [{ product, named: [current, ...kept] }], release);
}

/** What a suite offers beside the products that a stack moves. */
export interface OtherOffers {
  readonly offers: Readonly<Record<string, readonly SuiteRelease[]>>;
  /** A sentence for each product that the suite leaves out because nobody vouches for its channel. */
  readonly leftOut: readonly string[];
}

/**
 * What channels of the suite's name offer that this stack does not move: products of other stacks, and those that it has
 * forgotten. They stay in the suite.
 */
export async function otherOffers(at: Shelves, suite: string, ownProducts: ReadonlySet<string>): Promise<OtherOffers> {
  const { releases, unproven } = await offersInForce(at, suite, ownProducts);
  const products = new Set(releases.map(({ product }) => product));
  const offers = Object.fromEntries(
    [...products].map((product) => [product, releases.filter((release) => release.product === product)]),
  );
  const leftOut = unproven.map(
    (product) =>
      `dists/${suite} leaves out ${product}: channel ${suite} of ${product} is damaged, and no key vouches for what is left of it. An update of a stack that moves it brings it back`,
  );
  return { offers, leftOut };
}

/** What the channels named like the suite offer now, of the products that a stack knows and of all others in it. */
export async function offersInForce(
  at: Shelves,
  suite: string,
  without: ReadonlySet<string> = new Set(),
): Promise<{
  readonly snapshot: number;
  readonly releases: readonly SuiteRelease[];
  readonly unproven: readonly string[];
}> {
  const { version, entries, unproven } = await readEntries(at.store, suite, at.cacheFolder);
  const wanted = entries.filter(({ product }) => !without.has(product));
  const releases = await offersOf(at, wanted);
  return { snapshot: version, releases, unproven: unproven.filter((product) => !without.has(product)) };
}

/** What a suite has of everything that these entries of its channels name. */
export function offersOf(at: Shelves, entries: readonly ChannelEntry[]): Promise<readonly SuiteRelease[]> {
  const channels = entries.map(({ product, current, kept }) => ({ product, named: [current, ...kept] }));
  return readOffers(at, channels);
}

/** SHA-256 of the records that keys of the bucket vouch for in channels of one name. */
export async function provenRecords(at: Shelves, channel: string): Promise<ReadonlySet<string>> {
  const { entries } = await readEntries(at.store, channel, at.cacheFolder);
  return new Set(entries.flatMap(({ current, kept }) => [current, ...kept].map(({ record }) => record.sha256)));
}

/** What is behind or damaged in a suite. Nothing where no channel of its name is in force. */
export async function laggingSuite(at: Shelves, settings: SuiteSettings): Promise<readonly Finding[]> {
  const content = async () => {
    const { releases } = await offersInForce(at, settings.suite);
    return releases.length === 0 ? undefined : suiteContent(settings, suiteTexts(settings, releases));
  };
  try {
    return await suiteFindings(at.store, settings.suite, { snapshot: await snapshotNumber(at.store), content });
  } catch (error) {
    // A record that a channel names may be damaged, and nowhere else: whoever needs it refuses, here it is named.
    if (!(error instanceof SlipwayError)) throw error;
    return [damaged(`dists/${settings.suite}`, `cannot be compared with its channels: ${error.mistakes[0]?.message}`)];
  }
}

/** The texts of a suite's indices: a function of what its channels name. */
export function suiteTexts(settings: SuiteSettings, releases: readonly SuiteRelease[]): readonly IndexText[] {
  return indexTexts(namesOf(settings), releases, settings.phasing);
}

/** The content of a suite with these indices. */
export function suiteContent(settings: SuiteSettings, texts: readonly IndexText[], members?: Members): SuiteContent {
  return planSuite(namesOf(settings), texts, members);
}

/** Digest of each uncompressed index by its path: what a preview shows of a suite. All else follows from them. */
export function suiteDigests(texts: readonly IndexText[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(({ path, sha256 }) => [path, sha256]));
}

/** `runtime-bin 1.4.1 amd64` → digest of the package file: the lines of a preview. */
export function offeredPackages(releases: readonly SuiteRelease[]): Readonly<Record<string, string>> {
  const packages = releases.flatMap((release) => release.packages);
  return Object.fromEntries(
    packages.map(({ package: name, version, architecture, shipped }) => [
      `${name} ${version} ${architecture}`,
      shipped,
    ]),
  );
}

function namesOf({ suite, origin, label }: SuiteSettings): SuiteNames {
  return { suite, origin, label, description: `${label}, channel ${suite}`, component: "main" };
}

/** Refuses (SLW-SETTINGS) phasing of a product that the suite does not offer: a mistyped brake is no brake. */
export function requirePhased(phasing: Phasing, products: readonly string[]): void {
  refuseMistakes(
    Object.keys(phasing)
      .filter((product) => !products.includes(product))
      .map((product) => ({
        code: "SLW-SETTINGS",
        message: `slipway:phasing names ${product}, which is not in this suite`,
        setting: ["phasing", product],
        hint: `It offers ${products.toSorted().join(", ")}.`,
      })),
  );
}
