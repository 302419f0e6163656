import { z } from "zod";
import { readSnapshot } from "../channels/read.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { placesOf } from "../places.ts";
import type { Shelves } from "../plan/read-named.ts";
import { indexDigests, type OfferedRelease, readOffered, suiteContent } from "../plan/suite-plan.ts";
import { suiteDrift } from "../repositories/apt/drift.ts";
import { publishSuite, SuiteOvertaken } from "../repositories/apt/publish.ts";
import { sourcesText } from "../repositories/apt/sources.ts";
import type { SuiteContent } from "../repositories/apt/suite.ts";
import { keyringProduct } from "../signing/known-keys.ts";
import { openOpenPgp } from "../signing/openpgp.ts";
import type { Store } from "../store/store.ts";
import { anyGone } from "./drift.ts";
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
type State = Outputs & { readonly drift?: readonly string[] };

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
    const mend = before !== undefined && ((before.drift ?? []).length > 0 || (await isGone(store, before)));
    const now = wanted.publishedAt === undefined ? systemClock.now() : Date.parse(wanted.publishedAt) / 1000;
    for (let attempt = 1; ; attempt++) {
      const { snapshot, content } = await contentInForce(places, wanted);
      refuseUnseen(wanted, content);
      try {
        const reconfirm = async () => (await readSnapshot(store)).version;
        const published = await publishSuite(store, content, { snapshot, now, signer, reconfirm });
        const objects = { ...published.objects, ...(await writeSources(store, wanted, content)) };
        const earlier = remember(objects, before);
        const lost = mend ? await repairEarlier(places, wanted, earlier) : (before?.lost ?? []);
        return { snapshot: published.snapshot, date: isoSeconds(published.date), objects, earlier, lost };
      } catch (error) {
        if (!(error instanceof SuiteOvertaken) || attempt === attempts) throw error;
      }
    }
  },
  lags: ({ bucket }, outputs) => isGone(placesOf(bucket).store, outputs),
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

/** What the channels named like the suite say now, of the products that this stack knows and of all others in it. */
async function contentInForce(at: Shelves, wanted: Inputs): Promise<{ snapshot: number; content: SuiteContent }> {
  const snapshot = await readSnapshot(at.store);
  const releases: OfferedRelease[] = [];
  for (const { product, channel, entry } of snapshot.channels) {
    if (channel !== wanted.suite || entry === undefined) continue;
    for (const named of [entry.current, ...entry.kept]) releases.push(await readOffered(at, product, named));
  }
  return { snapshot: snapshot.version, content: suiteContent(wanted, releases) };
}

/** What was previewed is what happens: an index that nobody saw is not published. */
function refuseUnseen({ suite, indices }: Inputs, content: SuiteContent): void {
  const found = indexDigests(content);
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
async function writeSources(store: Store, wanted: Inputs, content: SuiteContent): Promise<Record<string, string>> {
  const path = `dists/${wanted.archive}-${wanted.suite}.sources`;
  const text = sourcesText({
    uri: wanted.url,
    suite: wanted.suite,
    component: content.component,
    architectures: content.architectures,
    keyring: `/usr/share/keyrings/${keyringProduct(wanted.archive)}.gpg`,
  });
  await settle(store, path, Buffer.from(text));
  return { [path]: sha256(text) };
}
