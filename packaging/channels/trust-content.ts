import type { Root, Targets } from "@tufjs/models";
import { canonicalJson } from "../canonical-json.ts";
import type { Ed25519Public } from "../signing/signer.ts";
import { channelPath, roleName } from "./layout.ts";
import { keyJson, type SignedPart, type TufFile } from "./metadata.ts";

/** A channel and the one key that moves it. */
export interface Mover {
  readonly product: string;
  readonly channel: string;
  readonly key: Ed25519Public;
}

/** Delegated roles by name, and their keys by id, as TUF writes them (specification, section 4.5). */
export interface Delegations {
  readonly keys: Readonly<Record<string, SignedPart>>;
  readonly roles: Readonly<Record<string, { readonly keyids: readonly string[] } & SignedPart>>;
}

/** The delegations of `before` with those of `movers`, each of which has the one key given. */
export function mergeDelegations(before: TufFile<Targets> | undefined, movers: readonly Mover[]): Delegations {
  const roles: Record<string, { readonly keyids: readonly string[] } & SignedPart> = {};
  const known: Record<string, SignedPart> = {};
  const delegations = before?.metadata.signed.delegations;
  for (const [id, key] of Object.entries(delegations?.keys ?? {})) known[id] = key.toJSON();
  for (const [name, role] of Object.entries(delegations?.roles ?? {})) {
    roles[name] = { ...role.toJSON(), keyids: role.keyIDs };
  }
  for (const { product, channel, key } of movers) {
    const name = roleName(product, channel);
    known[key.keyid] = keyJson(key);
    const paths = [channelPath(product, channel)];
    roles[name] = { name, keyids: [key.keyid], threshold: 1, terminating: true, paths };
  }
  const used = new Set(Object.values(roles).flatMap(({ keyids }) => keyids));
  return { keys: Object.fromEntries(Object.entries(known).filter(([id]) => used.has(id))), roles };
}

/** A root that lists every mover's key for snapshot and timestamp: a mover signs all it writes with one key. */
export function rootPart(root: Ed25519Public, targets: Ed25519Public, { keys }: Delegations): SignedPart {
  const movers = { keyids: Object.keys(keys).sort(), threshold: 1 };
  return {
    consistent_snapshot: true,
    keys: { ...keys, [root.keyid]: keyJson(root), [targets.keyid]: keyJson(targets) },
    roles: {
      root: { keyids: [root.keyid], threshold: 1 },
      targets: { keyids: [targets.keyid], threshold: 1 },
      snapshot: movers,
      timestamp: movers,
    },
  };
}

export function targetsPart({ keys, roles }: Delegations): SignedPart {
  const names = Object.keys(roles).sort();
  return { targets: {}, delegations: { keys, roles: names.map((name) => roles[name]) } };
}

/** Whether a file says `part`, and still will at `now` (seconds since 1970). */
export function says(file: TufFile<Root> | TufFile<Targets>, part: SignedPart, now: number): boolean {
  const { _type, spec_version, version, expires, ...found } = file.metadata.signed.toJSON();
  return canonicalJson(found) === canonicalJson(part) && Date.parse(String(expires)) > now * 1000;
}
