import path from "node:path";
import { readSealed, writeSealed } from "../builds/sealed-file.ts";
import { sha256 } from "../digest.ts";
import { type Chain, lostSnapshot } from "./chain.ts";
import type { ChannelEntry } from "./entry.ts";
import { roleName } from "./layout.ts";

/** Entries that were read and verified before, by what vouches for them; `save` keeps those that were asked for. */
export interface KnownEntries {
  get(vouched: string): ChannelEntry | undefined;
  set(vouched: string, entry: ChannelEntry): void;
  save(): Promise<void>;
}

/**
 * What vouches for a channel's entry, where the bucket's signed snapshot names the role's file by digest: that digest, and
 * that of the targets whose key signed the file. Bytes of these digests verified once verify always. Undefined where only
 * looking at the objects can tell.
 */
export function vouching(chain: Chain, channel: string): (product: string) => string | undefined {
  const { snapshot, targets } = chain;
  if (snapshot === undefined || targets === undefined || lostSnapshot(chain)) return () => undefined;
  const delegator = sha256(targets.text);
  return (product) => {
    const { sha256: digest } = snapshot.metadata.signed.meta[`${roleName(product, channel)}.json`]?.hashes ?? {};
    return digest === undefined ? undefined : `${product} ${delegator} ${digest}`;
  };
}

/** The entries of the channels of one name that this machine's cache remembers. */
export async function knownEntries(cacheFolder: string, channel: string): Promise<KnownEntries> {
  const file = path.join(cacheFolder, "entries", `${channel}.json`);
  const found = (await readSealed(file))?.value as
    | { readonly entries?: Readonly<Record<string, ChannelEntry>> }
    | undefined;
  const before = new Map(Object.entries(found?.entries ?? {}));
  const used = new Map<string, ChannelEntry>();
  return {
    get: (vouched) => {
      const entry = before.get(vouched);
      if (entry !== undefined) used.set(vouched, entry);
      return entry;
    },
    set: (vouched, entry) => void used.set(vouched, entry),
    save: async () => {
      const same = used.size === before.size && [...used.keys()].every((vouched) => before.has(vouched));
      if (!same) await writeSealed(file, { entries: Object.fromEntries(used) });
    },
  };
}
