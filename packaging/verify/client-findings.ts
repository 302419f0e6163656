import { mkdir } from "node:fs/promises";
import { openChannel } from "../channels/client.ts";
import { roleName, timestampPath } from "../channels/layout.ts";
import { channelsForClients } from "../channels/read.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { damaged, type Finding } from "../finding.ts";
import type { Store } from "../store/store.ts";
import { rootToTrust } from "./trusted-root.ts";

const rootLimit = 512_000;

/**
 * What a TUF client refuses that trusts `given`, or the bucket's own root where nothing is pinned. Where a move was not
 * finished it may see the state before. `memory` is a folder for what it remembers.
 */
export async function clientFindings(
  store: Store,
  channels: readonly { readonly product: string; readonly channel: string }[],
  memory: string,
  given?: string,
): Promise<readonly Finding[]> {
  // Without a timestamp nothing is in force for a client; what that means is said by `channelFindings`.
  if (channels.length === 0 || (await store.stat(timestampPath)) === undefined) return [];
  const own = given === undefined ? await store.read(rootToTrust, rootLimit) : undefined;
  const root = given ?? (own && Buffer.from(own).toString());
  if (root === undefined) return [damaged(rootToTrust, "is missing: a new client has nothing to trust")];
  if (given === undefined && !(await isOneOf(store, root))) {
    return [damaged(rootToTrust, "is none of the bucket's roots: a new client that trusts it would be shut out")];
  }
  await mkdir(memory);
  const findings: Finding[] = [];
  const seen = await channelsForClients(store);
  // A channel whose first move is not in force yet is none to a client; that the timestamp lags is said elsewhere.
  const unfinished = (name: string) => seen.size > 0 && !seen.has(name);
  for (const { product, channel } of channels) {
    if (unfinished(roleName(product, channel))) continue;
    try {
      await openChannel(store, root, product, channel, memory);
    } catch (error) {
      // That the bucket cannot be read is no finding about a channel.
      if (!(error instanceof SlipwayError) || error.code === "SLW-STORE") throw error;
      const sentence = error.mistakes[0]?.message ?? error.message;
      findings.push({ kind: "damaged", path: `tuf/ (${product} ${channel})`, sentence });
    }
  }
  return findings;
}

async function isOneOf(store: Store, rootText: string): Promise<boolean> {
  const roots = (await store.list("tuf/")).filter(({ path }) => /^tuf\/\d+\.root\.json$/.test(path));
  const digests = await Promise.all(roots.map(({ path }) => store.digest(path)));
  return digests.includes(sha256(rootText));
}
