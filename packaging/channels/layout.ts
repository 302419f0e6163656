import { refusal } from "../errors.ts";
import { readWithin } from "../store/read-within.ts";
import type { Store } from "../store/store.ts";

/** Names of a channel's objects in the bucket, as the TUF specification (1.0, consistent snapshots) has them. */

const productPattern = /^[a-z0-9][a-z0-9.-]*$/;
const channelPattern = /^[a-z0-9]+$/;

export const timestampPath = "tuf/timestamp.json";

export const rootPath = (version: number): string => `tuf/${version}.root.json`;
export const targetsPath = (version: number): string => `tuf/${version}.targets.json`;
export const snapshotPath = (version: number): string => `tuf/${version}.snapshot.json`;
export const rolePath = (role: string, serial: number): string => `tuf/${serial}.${role}.json`;

/** Name of a channel's delegated role. A channel has no dash, so the name splits at its last one. */
export function roleName(product: string, channel: string): string {
  if (!productPattern.test(product) || product.length > 100) {
    throw refusal("SLW-CHANNEL", `${JSON.stringify(product)} is not a product: expected ${productPattern.source}.`);
  }
  if (!channelPattern.test(channel) || channel.length > 50) {
    throw refusal("SLW-CHANNEL", `${JSON.stringify(channel)} is not a channel: expected ${channelPattern.source}.`);
  }
  return `${product}-${channel}`;
}

/** The product and channel of a role's name, or undefined where the name is no channel's. */
export function channelOfRole(role: string): { readonly product: string; readonly channel: string } | undefined {
  const dash = role.lastIndexOf("-");
  const [product, channel] = [role.slice(0, Math.max(dash, 0)), role.slice(dash + 1)];
  return productPattern.test(product) && channelPattern.test(channel) ? { product, channel } : undefined;
}

/** The one target path that a channel's role is trusted for; also where the newest entry lies again, for scripts. */
export function channelPath(product: string, channel: string): string {
  return `channels/${product}/${channel}.json`;
}

/** Where a client looks for the target: its name with the digest in front (TUF specification, section 6.2.2). */
export function entryPath(product: string, channel: string, sha256: string): string {
  return `channels/${product}/${sha256}.${channel}.json`;
}

/**
 * The text of an object, or undefined where there is none, it is larger than `limit` bytes or not UTF-8: to a reader
 * of signed metadata these are all the same, an object that proves nothing.
 */
export async function readText(store: Store, path: string, limit: number): Promise<string | undefined> {
  const bytes = await readWithin(store, path, limit);
  try {
    return bytes === undefined ? undefined : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
