import type { MetaFile, Targets } from "@tufjs/models";
import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { type Chain, lastSnapshotNaming, lostSnapshot, matches, readRoleFile } from "./chain.ts";
import { readCopy, targetDigest } from "./evidence.ts";
import { roleName } from "./layout.ts";
import { signsFor, type TufFile } from "./metadata.ts";

/** A channel's role in force, as far as it can be told. */
export interface RoleInForce {
  readonly serial: number;
  /** The role's file, where it is the very one that the snapshot names. */
  readonly file: TufFile<Targets> | undefined;
  /** It is signed by a key that the newest targets delegate to. */
  readonly signed: boolean;
  /** The newest snapshot of the keys in force names it, or the next one will, because that one is lost. */
  readonly named: boolean;
}

const nothing: RoleInForce = { serial: 0, file: undefined, signed: false, named: false };

/**
 * The role that is in force for a channel: the one that the snapshot names. Where that snapshot is lost, or does not
 * vouch for the channel because its keys changed, the best older evidence.
 */
export async function roleInForce(store: Store, chain: Chain, product: string, channel: string): Promise<RoleInForce> {
  const role = roleName(product, channel);
  const named = await roleNamed(store, chain, role, chain.snapshot?.metadata.signed.meta[`${role}.json`], true);
  if (lostSnapshot(chain)) {
    const claimed = await roleClaimedByCopy(store, chain, product, channel);
    if (claimed.serial > named.serial) return claimed;
  }
  if (named.signed) return named;
  const last = await lastSnapshotNaming(store, chain, role);
  const before = await roleNamed(store, chain, role, last?.metadata.signed.meta[`${role}.json`], false);
  return before.serial > named.serial ? before : named;
}

async function roleNamed(
  store: Store,
  chain: Chain,
  role: string,
  meta: MetaFile | undefined,
  named: boolean,
): Promise<RoleInForce> {
  if (meta === undefined) return nothing;
  const file = await readRoleFile(store, role, meta.version);
  if (file === undefined || !matches(meta, file))
    return { serial: meta.version, file: undefined, signed: false, named };
  return { serial: meta.version, file, signed: delegates(chain, role, file), named };
}

/** The role's file that the unsigned copy of the entry points at, if a key in force signed that file. */
async function roleClaimedByCopy(store: Store, chain: Chain, product: string, channel: string): Promise<RoleInForce> {
  const copy = await readCopy(store, product, channel);
  if (copy === undefined) return nothing;
  const role = roleName(product, channel);
  const file = await readRoleFile(store, role, copy.entry.serial);
  if (file === undefined || !delegates(chain, role, file)) return nothing;
  if (targetDigest(file, product, channel) !== sha256(copy.text)) return nothing;
  return { serial: copy.entry.serial, file, signed: true, named: true };
}

function delegates(chain: Chain, role: string, file: TufFile<Targets>): boolean {
  return chain.targets !== undefined && signsFor(chain.targets.metadata, role, file);
}
