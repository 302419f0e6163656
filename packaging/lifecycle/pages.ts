import { z } from "zod";
import { readChain } from "../channels/chain.ts";
import { roleName } from "../channels/layout.ts";
import { refusal } from "../errors.ts";
import type { MadePages } from "../page/make-pages.ts";
import { channelPagePath, indexPath, namedBy, numberingOf } from "../page/places.ts";
import { type PublishedPage, readPage } from "../page/read-page.ts";
import { placesOf } from "../places.ts";
import type { Store } from "../store/store.ts";
import { schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  archive: z.string(),
  url: z.string(),
  /** The tap that install lines name, and whether the bucket has manifests for winget. */
  tap: z.string().optional(),
  winget: z.literal(true).optional(),
  /** Other code makes other pages of the same bucket. */
  revision: z.int(),
  /** By `product channel`: what the channels' pages say, as the preview showed it. */
  channels: z.record(
    z.string().regex(/^\S+ \S+$/),
    z.object({
      serves: z.string(),
      serial: z.int().positive(),
      downloads: z.int().nonnegative(),
      /** SHA-256 of the release record: all that a page says of the release follows from it. */
      record: z.string(),
    }),
  ),
});

type Inputs = z.infer<typeof inputs>;

interface Outputs extends Values {
  /** By path: the number that each page states, and its digest. */
  readonly pages: Readonly<Record<string, PublishedPage>>;
}

/** The pages of a stack's channels, and the index of all channels of the bucket. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "pages",
  inputs,
  id: () => "pages",
  write: async ({ bucket, archive, url, tap, winget, channels }) => {
    // A preview that has nothing to write does not load what makes pages.
    const { publishPages } = await import("../page/publish-pages.ts");
    const names = Object.keys(channels).map(namedBy);
    const accept = (made: MadePages) => refuseUnseen(channels, made);
    return { pages: await publishPages(placesOf(bucket), names, { archive, url, tap, winget }, accept) };
  },
  lags: async (wanted, outputs) => (await findings(wanted, outputs)).length > 0,
  drift: findings,
});

/** What was previewed is what happens: a page of a release that nobody saw is not written. */
function refuseUnseen(channels: Inputs["channels"], { serves }: MadePages): void {
  const others = Object.entries(channels).flatMap(([key, { record }]) => (serves.get(key) === record ? [] : [key]));
  if (others.length === 0) return;
  throw refusal(
    "SLW-CHANNEL-RACE",
    `${others.join(", ")} would be shown on its page otherwise than the preview said: it was moved meanwhile, or nobody vouches for it. No page was written`,
    { hint: "Run the update again: its preview will show the channels as they are now." },
  );
}

/**
 * Each page that is gone, altered, or behind the channels. A page of a higher number than the one that this stack wrote is
 * another stack's, or a later one of its own: it is newer.
 */
async function findings({ bucket, channels }: Inputs, { pages }: Outputs): Promise<readonly string[]> {
  const { store } = placesOf(bucket);
  const inForce = await numbersInForce(store, Object.keys(channels));
  const lines: string[] = [];
  for (const [path, { number, sha256 }] of Object.entries(pages)) {
    const found = await readPage(store, { path, numbering: numberingOf(path) });
    if (found.sha256 === undefined) lines.push(`${path}: missing`);
    else if (found.number <= number && found.sha256 !== sha256) lines.push(`${path}: altered`);
    else if (found.number < (inForce.get(path) ?? 0)) lines.push(`${path}: behind`);
  }
  return lines;
}

/** The numbers that pages ought to have, by path: of each channel the serial that the snapshot in force names. */
async function numbersInForce(store: Store, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { snapshot } = await readChain(store);
  const serials = keys.map(namedBy).map(({ product, channel }) => {
    const file = `${roleName(product, channel)}.json`;
    return [channelPagePath(product, channel), snapshot?.metadata.signed.meta[file]?.version ?? 0] as const;
  });
  return new Map([...serials, [indexPath, snapshot?.version ?? 0]]);
}
