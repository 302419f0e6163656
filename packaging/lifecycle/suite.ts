import { z } from "zod";
import { snapshotNumber } from "../channels/read.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { placesOf } from "../places.ts";
import { laggingSuite, offersInForce, suiteContent, suiteDigests, suiteTexts } from "../plan/suite-plan.ts";
import { suiteDrift } from "../repositories/apt/drift.ts";
import { rememberedMembers } from "../repositories/apt/member-cache.ts";
import type { Phasing } from "../repositories/apt/phasing.ts";
import { publishSuite, SuiteOvertaken } from "../repositories/apt/publish.ts";
import { sourcesText } from "../repositories/apt/sources.ts";
import { component, type IndexText } from "../repositories/apt/suite.ts";
import { keyringProduct } from "../signing/known-keys.ts";
import { openOpenPgp } from "../signing/openpgp.ts";
import type { Store } from "../store/store.ts";
import { anyGone, hasDrift } from "./drift.ts";
import { earlierDamage, type Generations, remember, repairEarlier } from "./earlier-indices.ts";
import { openPgpKey, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { settle } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  archive: z.string(),
  suite: z.string(),
  origin: z.string(),
  label: z.string(),
  url: z.string(),
  /** By product: the packages that the preview showed. */
  packages: z.record(z.string(), z.record(z.string(), z.string())),
  /** Digests of the indices that the preview showed. */
  indices: z.record(z.string(), z.string()),
  /** By product: Phased-Update-Percentage of its current version. */
  phasing: z.record(z.string(), z.int().min(0).max(100)).optional(),
  /** Publishes under this time instead of now: to make a lost index again, byte for byte. */
  publishedAt: z.iso.datetime().optional(),
  key: openPgpKey,
});

type Inputs = z.infer<typeof inputs>;

interface Outputs extends Values {
  readonly snapshot: number;
  readonly date: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly earlier: Generations;
  /** Indices of earlier generations that are damaged and cannot be brought back: known, and not named again. */
  readonly lost: readonly string[];
}

/** What the state holds: a refresh fills `drift`. */
type State = Outputs & { readonly drift?: readonly string[]; readonly phasing?: Phasing };

/** How often a suite is made again because channels moved while it was written. */
const attempts = 5;

/** An apt suite's indices and signed Release: made from all its products' channels in one snapshot. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "apt suite",
  inputs,
  id: ({ suite }) => suite,
  write: async (wanted, before: State | undefined) => {
    const places = placesOf(wanted.bucket);
    const { store } = places;
    const signer = await openOpenPgp(wanted.key.public, wanted.key.source);
    const mend = before !== undefined && (hasDrift(before) || (await isGone(store, before)));
    const now = wanted.publishedAt === undefined ? systemClock.now() : Date.parse(wanted.publishedAt) / 1000;
    const members = await rememberedMembers(places.cacheFolder, wanted.suite);
    for (let attempt = 1; ; attempt++) {
      const { snapshot, releases } = await offersInForce(places, wanted.suite);
      const texts = suiteTexts(wanted, releases);
      refuseUnseen(wanted, texts);
      try {
        const reconfirm = () => snapshotNumber(store);
        const content = suiteContent(wanted, texts, members);
        const published = await publishSuite(store, content, { snapshot, now, signer, reconfirm });
        await members.save();
        const objects = { ...published.objects, ...(await writeSources(store, wanted)) };
        const earlier = remember(objects, before);
        const lost = mend ? await repairEarlier(places, wanted, earlier) : (before?.lost ?? []);
        return { snapshot: published.snapshot, date: isoSeconds(published.date), objects, earlier, lost };
      } catch (error) {
        if (!(error instanceof SuiteOvertaken) || attempt === attempts) throw error;
      }
    }
  },
  lags: async (wanted, outputs) => {
    const places = placesOf(wanted.bucket);
    return (await isGone(places.store, outputs)) || (await laggingSuite(places, wanted)).length > 0;
  },
  drift: async ({ bucket, suite }, { objects, earlier = [], lost = [] }) => {
    const store = placesOf(bucket).store;
    const others = (await earlierDamage(store, suite, earlier)).map(({ path }) => path);
    const paths = [...new Set([...(await suiteDrift(store, objects)), ...others.filter((it) => !lost.includes(it))])];
    return Promise.all(
      paths.map(async (path) => `${path}: ${(await store.stat(path)) === undefined ? "missing" : "altered"}`),
    );
  },
});

/** Whether a file of the suite is not there at all. */
function isGone(store: Store, { objects }: Outputs): Promise<boolean> {
  return anyGone(
    store,
    Object.keys(objects).map((path) => ({ path })),
  );
}

/** What was previewed is what happens: an index that nobody saw is not published. */
function refuseUnseen({ suite, indices }: Inputs, texts: readonly IndexText[]): void {
  const found = suiteDigests(texts);
  const changed = Object.keys({ ...indices, ...found }).filter((path) => indices[path] !== found[path]);
  if (changed.length === 0) return;
  throw refusal(
    "SLW-SUITE",
    `dists/${suite}/${changed.join(", ")} would not be what the preview showed: a channel of this suite was moved meanwhile. ` +
      "Nothing of the suite was written",
    { hint: "Run the update again: its preview will show the suite as the channels have it now." },
  );
}

/** The file that a user puts under /etc/apt/sources.list.d/. */
async function writeSources(store: Store, wanted: Inputs): Promise<Record<string, string>> {
  const path = `dists/${wanted.archive}-${wanted.suite}.sources`;
  const text = sourcesText({
    uri: wanted.url,
    suite: wanted.suite,
    component,
    keyring: `/usr/share/keyrings/${keyringProduct(wanted.archive)}.gpg`,
  });
  await settle(store, path, Buffer.from(text));
  return { [path]: sha256(text) };
}
