import { z } from "zod";
import { trustDamage } from "../channels/history.ts";
import { ensureTrust } from "../channels/trust.ts";
import { isoSeconds, systemClock } from "../clock.ts";
import { placesOf } from "../places.ts";
import { openEd25519 } from "../signing/ed25519.ts";
import { objectDrift, pathOf } from "./drift.ts";
import { tenYears } from "./expiry.ts";
import { ed25519Key, ed25519Public, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { digestsOf, settleTexts } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  /** Signs the root and the targets that delegate to the channels. */
  key: ed25519Key,
  /** Each channel's role and the key that moves it. */
  delegations: z.array(z.object({ product: z.string(), channel: z.string(), key: ed25519Public })),
  /** Objects that the bucket lost and the stack's state remembers, of all its channels, by path: brought back first. */
  restore: z.record(z.string(), z.string()).default({}),
});

interface Outputs extends Values {
  /** Copies of what was written, by path: a damaged root comes from here. */
  readonly texts: Readonly<Record<string, string>>;
  readonly rootVersion: number;
  readonly rootText: string;
  /** True where the bucket's earlier trust was not continued, because its root key was not at hand. */
  readonly newTrust: boolean;
  /** Files of earlier states that are damaged and cannot be brought back: known, and not named again. */
  readonly lost: readonly string[];
}

/** What the state holds: a refresh fills `drift`. */
type State = Outputs & { readonly drift?: readonly string[] };

/** The TUF root and the targets role that delegates to every channel. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Outputs>({
  kind: "trust root",
  inputs,
  circumstances: ["restore"],
  id: () => "trust",
  write: async ({ bucket, key, delegations, restore }, before: State | undefined) => {
    const store = placesOf(bucket).store;
    const signer = await openEd25519(key.public, key.source);
    const now = systemClock.now();
    const expires = isoSeconds(now + tenYears);
    // Before any channel moves, so that no number that clients have seen is used again for something else.
    for (const [path, text] of Object.entries(restore)) await store.replace(path, Buffer.from(text), undefined);
    if (before !== undefined) await settleTexts(store, before.texts);
    const known = before === undefined ? {} : { knownRoot: before.rootText };
    const keys = { root: signer, targets: signer, movers: delegations };
    const trust = await ensureTrust(store, { ...keys, ...known, expires, now });
    const texts = {
      ...before?.texts,
      [`tuf/${trust.root.version}.root.json`]: trust.root.text,
      [`tuf/${trust.targets.version}.targets.json`]: trust.targets.text,
    };
    const drifted = (before?.drift ?? []).length > 0;
    const lost = drifted ? (await trustDamage(store)).map(pathOf) : (before?.lost ?? []);
    return { texts, rootVersion: trust.root.version, rootText: trust.root.text, newTrust: trust.newTrust, lost };
  },
  lags: async ({ restore }) => Object.keys(restore).length > 0,
  drift: async ({ bucket }, { texts, lost }) => {
    const { store } = placesOf(bucket);
    const others = (await trustDamage(store)).filter((line) => texts[pathOf(line)] === undefined);
    const lines = [...(await objectDrift(store, digestsOf(texts))), ...others];
    return lines.filter((line) => !lost?.includes(pathOf(line)));
  },
});
