import type { Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import { type Chain, matches, readRoleFile } from "../channels/chain.ts";
import type { ChannelView } from "../channels/channel-view.ts";
import { readCopy } from "../channels/evidence.ts";
import {
  readText,
  roleName,
  rolePath,
  rootPath,
  snapshotPath,
  targetsPath,
  timestampPath,
} from "../channels/layout.ts";
import {
  limits,
  parseRoot,
  parseSnapshot,
  parseTargets,
  parseTimestamp,
  signsFor,
  type TufFile,
} from "../channels/metadata.ts";
import { type Difference, damaged, type Finding } from "../finding.ts";
import { readInRelease } from "../repositories/apt/read-suite.ts";
import type { Store } from "../store/store.ts";

type AnyFile = TufFile<Root | Targets | Snapshot | Timestamp>;

/**
 * What puts anything in force: a timestamp by keys of the root, the snapshot that it names, and the targets which that
 * names. Where one of them does not verify no channel is seen at all, and nothing else would be found wrong.
 */
export async function chainFindings(store: Store, chain: Chain): Promise<readonly Finding[]> {
  const { timestamp, files, snapshot, targets } = chain;
  const [root] = chain.roots;
  if (root === undefined)
    return files.snapshots.length === 0
      ? []
      : [damaged(rootPath(files.roots.at(-1) ?? 1), "is no root that can be trusted")];
  if (timestamp.digest !== undefined && timestamp.snapshot === 0) {
    return [damaged(timestampPath, `is altered: no key that root ${root.version} names for it signed it`)];
  }
  const named = timestamp.snapshot || files.snapshots.at(-1);
  if (snapshot === undefined || snapshot.version < (named ?? 0)) {
    return named === undefined ? [] : [await altered(store, snapshotPath(named))];
  }
  const meta = snapshot.metadata.signed.meta["targets.json"];
  const path = targetsPath(meta?.version ?? 1);
  const file = parseTargets(await readText(store, path, limits.targets));
  const isSigned = file !== undefined && signsFor(root.metadata, "targets", file);
  // After a new trust the targets that are signed are ahead of the snapshot, until the next move.
  const isReplaced = (targets?.version ?? 0) > (meta?.version ?? 0);
  if (file !== undefined && matches(meta, file) && (isSigned || isReplaced)) return [];
  return [await altered(store, path)];
}

async function altered(store: Store, path: string): Promise<Finding> {
  return damaged(path, (await store.stat(path)) === undefined ? "is missing" : "is altered");
}

/** Metadata in force whose time is over: clients refuse them. `now` is in ISO form, UTC. */
export async function expiredMetadata(
  store: Store,
  chain: Chain,
  channels: readonly ChannelView[],
  now: string,
): Promise<readonly Finding[]> {
  const [root] = chain.roots;
  const files: (readonly [string, AnyFile | undefined])[] = [
    [rootPath(root?.version ?? 1), root],
    [timestampPath, parseTimestamp(await readText(store, timestampPath, limits.timestamp))],
    [snapshotPath(chain.snapshot?.version ?? 1), chain.snapshot],
    [targetsPath(chain.targets?.version ?? 1), chain.targets],
  ];
  for (const { product, channel, serial } of channels) {
    const role = roleName(product, channel);
    files.push([rolePath(role, serial), await readRoleFile(store, role, serial)]);
  }
  return files.flatMap(([path, file]) => {
    const expires = file?.metadata.signed.expires;
    if (expires === undefined || expires > now) return [];
    const difference = { expected: `a time after ${now}`, found: expires };
    return [damaged(path, `expired at ${expires}: clients refuse it until it is signed anew`, difference)];
  });
}

/**
 * A timestamp that names an older snapshot than the newest signed one is what an update leaves that died; unless what is
 * written after a timestamp is there already: then somebody put an older one back.
 */
export async function replayedTimestamp(
  store: Store,
  chain: Chain,
  channels: readonly ChannelView[],
): Promise<readonly Finding[]> {
  const { snapshot, timestamp } = chain;
  if (snapshot === undefined || timestamp.snapshot === 0 || timestamp.snapshot >= snapshot.version) return [];
  const named = parseSnapshot(await readText(store, snapshotPath(timestamp.snapshot), limits.snapshot));
  for (const { product, channel, serial } of channels) {
    const before = named?.metadata.signed.meta[`${roleName(product, channel)}.json`]?.version ?? 0;
    const copied = (await readCopy(store, product, channel))?.entry.serial ?? 0;
    const stated = (await readInRelease(store, channel)).says?.snapshot ?? 0;
    const copyIsLater = before < serial && copied === serial;
    if (!copyIsLater && stated <= timestamp.snapshot) continue;
    const later = copyIsLater ? `channel ${channel} of ${product}` : `suite ${channel}`;
    const difference = { expected: `snapshot ${snapshot.version}`, found: `snapshot ${timestamp.snapshot}` };
    const what = `names snapshot ${timestamp.snapshot}, but ${later} was brought up to a later one: an older file was put back`;
    return [damaged(timestampPath, what, difference)];
  }
  return [];
}

/** What is known of signed metadata that is damaged: who signed it, and who should have. */
export async function signedDifference(store: Store, chain: Chain, path: string): Promise<Difference | undefined> {
  const name = /^tuf\/(?:\d+\.)?([a-z0-9][a-z0-9.-]*)\.json$/.exec(path)?.[1];
  if (name === undefined || name === "root") return undefined;
  const text = await readText(store, path, limits.targets);
  if (text === undefined) return undefined;
  const parse = { timestamp: parseTimestamp, snapshot: parseSnapshot }[name] ?? parseTargets;
  const file: AnyFile | undefined = parse(text) ?? parseRoot(text);
  const delegated = chain.targets?.metadata.signed.delegations?.roles?.[name]?.keyIDs;
  const keys = chain.roots[0]?.metadata.signed.roles[name]?.keyIDs ?? delegated ?? [];
  const by = Object.keys(file?.metadata.signatures ?? {});
  return {
    expected: `the bytes that were signed by ${keys.join(" or ") || "a key that is trusted"}`,
    found:
      file === undefined
        ? "no signed metadata of its kind"
        : `version ${file.version}, with signatures by ${by.join(", ") || "nobody"}`,
  };
}
