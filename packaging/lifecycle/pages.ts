import { z } from "zod";
import { refusal } from "../errors.ts";
import type { MadePages } from "../page/make-pages.ts";
import { pageFindings } from "../page/page-findings.ts";
import { namedBy } from "../page/places.ts";
import type { PublishedPage } from "../page/read-page.ts";
import { placesOf } from "../places.ts";
import { openPgpKey, schemaNumber } from "./inputs.ts";
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
  /** The text of the TUF root that the stack trusts; without one, the bucket's own counts. */
  root: z.string().optional(),
  /** Signs the pages. State of code whose pages had no signature has none. */
  key: openPgpKey.optional(),
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
  write: async ({ bucket, archive, url, tap, winget, channels, root, key }) => {
    if (key === undefined) throw refusal("SLW-KEY", "Pages are signed: they need the archive's key.");
    // A preview that has nothing to write does not load what makes pages.
    const { publishPages } = await import("../page/publish-pages.ts");
    const { openOpenPgp } = await import("../signing/openpgp.ts");
    const signer = await openOpenPgp(key.public, key.source);
    const names = Object.keys(channels).map(namedBy);
    const accept = (made: MadePages) => refuseUnseen(channels, made);
    return {
      pages: await publishPages(placesOf(bucket), names, { archive, url, tap, winget }, { signer, root }, accept),
    };
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

function findings({ bucket, root, key }: Inputs, { pages }: Outputs): Promise<readonly string[]> {
  return pageFindings(placesOf(bucket).store, { root, key: key?.public }, pages);
}
