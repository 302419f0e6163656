import type { ChannelView } from "../channels/channel-view.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { readSnapshot } from "../channels/read.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, type Finding } from "../finding.ts";
import { suiteFindings } from "../repositories/apt/findings.ts";
import { planSuite, type SuiteContent } from "../repositories/apt/suite.ts";
import type { ChannelPlan } from "./channel-plan.ts";
import { readRelease } from "./published-plan.ts";
import type { Shelves } from "./read-named.ts";
import type { Release } from "./release-plan.ts";

/** What names a suite, and what a user's sources file says of it. */
export interface SuiteSettings {
  readonly suite: string;
  readonly origin: string;
  readonly label: string;
}

/** A release that a suite offers: the current one of a channel, or one that the channel keeps. */
export interface OfferedRelease {
  readonly product: string;
  readonly folder: string;
  readonly record: Release["record"];
}

/** Everything that a channel names: the current release, which may not be published yet, and the kept ones. */
export async function offeredReleases(at: Shelves, release: Release, plan: ChannelPlan): Promise<OfferedRelease[]> {
  const kept = await Promise.all(plan.kept.map((named) => readOffered(at, plan.product, named)));
  return [{ product: release.product, folder: release.folder, record: release.record }, ...kept];
}

export async function readOffered(at: Shelves, product: string, named: ChannelRecord): Promise<OfferedRelease> {
  const { folder, record } = await readRelease(at, product, named);
  return { product, folder, record };
}

/**
 * What channels of the suite's name offer that this stack does not move: products of other stacks, and those that it has
 * forgotten. They stay in the suite.
 */
export async function otherOffers(
  at: Shelves,
  suite: string,
  ownProducts: ReadonlySet<string>,
): Promise<Readonly<Record<string, readonly OfferedRelease[]>>> {
  const offers: Record<string, readonly OfferedRelease[]> = {};
  for (const { product, channel, entry } of (await readSnapshot(at.store)).channels) {
    if (channel !== suite || ownProducts.has(product) || entry === undefined) continue;
    offers[product] = await Promise.all([entry.current, ...entry.kept].map((named) => readOffered(at, product, named)));
  }
  return offers;
}

/** What the channels of the suite's name offer as they are in force now, and the number of their snapshot. */
export async function suiteInForce(
  at: Shelves,
  settings: SuiteSettings,
): Promise<{ readonly snapshot: number; readonly content: SuiteContent }> {
  const { version, channels } = await readSnapshot(at.store);
  return { snapshot: version, content: await contentOf(at, settings, channels) };
}

/** What is behind or damaged in a suite. Nothing where no channel of its name is in force. */
export async function laggingSuite(at: Shelves, settings: SuiteSettings): Promise<readonly Finding[]> {
  const { version, channels } = await readSnapshot(at.store);
  if (!channels.some(({ channel, entry }) => channel === settings.suite && entry !== undefined)) return [];
  const content = () => contentOf(at, settings, channels);
  try {
    return await suiteFindings(at.store, settings.suite, { snapshot: version, content });
  } catch (error) {
    // A record that a channel names may be damaged, and nowhere else: whoever needs it refuses, here it is named.
    if (!(error instanceof SlipwayError)) throw error;
    return [damaged(`dists/${settings.suite}`, `cannot be compared with its channels: ${error.mistakes[0]?.message}`)];
  }
}

async function contentOf(
  at: Shelves,
  settings: SuiteSettings,
  channels: readonly ChannelView[],
): Promise<SuiteContent> {
  const releases: OfferedRelease[] = [];
  for (const { product, channel, entry } of channels) {
    if (channel !== settings.suite || entry === undefined) continue;
    for (const named of [entry.current, ...entry.kept]) releases.push(await readOffered(at, product, named));
  }
  return suiteContent(settings, releases);
}

/** The content of an apt suite: a function of what its channels name. */
export function suiteContent(settings: SuiteSettings, releases: readonly OfferedRelease[]): SuiteContent {
  const { suite, origin, label } = settings;
  return planSuite({
    suite,
    origin,
    label,
    description: `${label}, channel ${suite}`,
    component: "main",
    releases,
  });
}

/** `runtime-bin 1.4.1 amd64` → digest of the package file: the lines of a preview. */
export function offeredPackages(releases: readonly OfferedRelease[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    releases.flatMap(({ record }) =>
      record.artifacts.flatMap(({ control, shipped }) => {
        const fields = new Map(control ?? []);
        const [name, version, architecture] = ["Package", "Version", "Architecture"].map((field) => fields.get(field));
        return name === undefined ? [] : [[`${name} ${version} ${architecture}`, shipped] as const];
      }),
    ),
  );
}

/** Digest of each uncompressed index by path; the compressed forms follow from it. */
export function indexDigests(content: SuiteContent): Readonly<Record<string, string>> {
  const plain = content.files.filter(({ path }) => path.endsWith("/Packages"));
  return Object.fromEntries(plain.map(({ path, sha256 }) => [path, sha256]));
}
