import { z } from "zod";
import { moveChannel } from "../channels/move.ts";
import { readChannel } from "../channels/read.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import { refusal } from "../errors.ts";
import { placesOf } from "../places.ts";
import { openEd25519 } from "../signing/ed25519.ts";
import type { Store } from "../store/store.ts";
import { objectDrift } from "./drift.ts";
import { tenYears } from "./expiry.ts";
import { channelRecord, ed25519Key, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { mover } from "./mover.ts";
import { digestsOf, settleTexts } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  product: z.string(),
  channel: z.string(),
  /** Number of the role's version that this state of the channel is: the program computed it from the bucket. */
  serial: z.number().int().positive(),
  /** The serial that this was decided upon. */
  after: z.number().int().nonnegative(),
  current: channelRecord,
  /** Earlier versions that stay installable, newest first; never one above the current. */
  kept: z.array(channelRecord),
  /** For the journal. */
  why: z.string(),
  key: ed25519Key,
});

type Texts = Readonly<Record<string, string>>;

interface Outputs extends Values {
  readonly snapshot: number;
  /** Copies of what the last moves wrote and no client may see change: oldest first. */
  readonly moves: readonly { readonly serial: number; readonly texts: Texts }[];
}

/** Moves whose objects the state can restore. Older ones stay in the bucket, outside of what a refresh looks at. */
const movesRemembered = 10;

/** An entry, role or snapshot is a few kilobytes; more is not ours. */
const objectLimit = 1 << 20;

/** A product's named pointer. Every change of it, forward or back, is the next version of its TUF role. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Outputs>({
  kind: "channel",
  inputs,
  id: ({ product, channel }) => `${product}/${channel}`,
  write: async ({ bucket, key, schema: _, ...wanted }, before) => {
    const store = placesOf(bucket).store;
    const now = systemClock.now();
    const signer = await openEd25519(key.public, key.source);
    const moved = await moveChannel(store, {
      ...wanted,
      by: mover(),
      now,
      expires: isoSeconds(now + tenYears),
      signer,
    });
    const earlier = (before?.moves ?? []).filter(({ serial }) => serial !== moved.serial);
    for (const { texts } of earlier) await settleTexts(store, texts);
    const texts = await readTexts(store, [
      moved.entryPath,
      `tuf/${moved.serial}.${wanted.product}-${wanted.channel}.json`,
      `tuf/${moved.snapshot}.snapshot.json`,
    ]);
    const moves = [...earlier, { serial: moved.serial, texts }].slice(-movesRemembered);
    return { snapshot: moved.snapshot, moves };
  },
  drift: async ({ bucket, product, channel }, { moves }) => {
    const store = placesOf(bucket).store;
    const { damaged } = await readChannel(store, product, channel);
    const remembered = await objectDrift(store, digestsOf(Object.assign({}, ...moves.map(({ texts }) => texts))));
    const named = new Set(remembered.map((line) => line.slice(0, line.lastIndexOf(": "))));
    return [...damaged.filter((path) => !named.has(path)).map((path) => `${path}: missing or altered`), ...remembered];
  },
});

async function readTexts(store: Store, paths: readonly string[]): Promise<Texts> {
  const texts: Record<string, string> = {};
  for (const path of paths) {
    const bytes = await store.read(path, objectLimit);
    if (bytes === undefined) throw refusal("SLW-CHANNEL", `${path} was written a moment ago and is gone`);
    texts[path] = Buffer.from(bytes).toString();
  }
  return texts;
}
