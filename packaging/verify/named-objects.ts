import { readKeys } from "openpgp";
import { type ChannelEntry, parseEntry } from "../channels/entry.ts";
import { targetDigest } from "../channels/evidence.ts";
import {
  channelOfRole,
  channelPath,
  entryPath,
  readText,
  rolePath,
  rootPath,
  snapshotPath,
  targetsPath,
  timestampPath,
} from "../channels/layout.ts";
import { limits, parseSnapshot, parseTargets, parseTimestamp } from "../channels/metadata.ts";
import { channelPagePath, indexPath } from "../page/places.ts";
import { readInRelease, readRelease, suitePath } from "../repositories/apt/read-suite.ts";
import { isStored } from "../repositories/apt/suite.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Store } from "../store/store.ts";

/** Most files of one role, and moves of one channel, that are asked for by number. */
const mostNumbers = 1000;
const channelsAtOnce = 8;
const keyringLimit = 1 << 20;

/** Where a walk begins, and how far back it goes. */
export interface Walk {
  /** Number of the first root to ask for. */
  readonly firstRoot: number;
  /** Also what was in force before: all numbered files, and the entries behind those in force. */
  readonly history: boolean;
}

/**
 * Every object that a bucket names, found without a listing: from timestamp.json to snapshots and roles, entries and their
 * records, suites and what they list, keyrings and their keys, pages. These are names, to be looked at: nothing is verified here,
 * not everything named is there, and of what is damaged the names below it may be missing.
 */
export async function namedObjects(store: Store, { firstRoot, history }: Walk): Promise<ReadonlySet<string>> {
  const names = new Set([timestampPath, "keys/tuf-root.json", indexPath]);
  const numbered = async (pathOf: (number: number) => string, from: number) => {
    for (const path of await consecutive(store, pathOf, from)) names.add(path);
  };
  await numbered(rootPath, history ? 1 : firstRoot);
  const timestamp = parseTimestamp(await readText(store, timestampPath, limits.timestamp));
  const inForce = timestamp?.metadata.signed.snapshotMeta.version ?? 1;
  const snapshots = await consecutive(store, snapshotPath, history ? 1 : inForce);
  for (const path of [snapshotPath(inForce), ...snapshots]) names.add(path);
  const roles = new Map<string, Set<number>>();
  for (const path of snapshots) {
    const { meta = {} } = parseSnapshot(await readText(store, path, limits.snapshot))?.metadata.signed ?? {};
    for (const [file, { version }] of Object.entries(meta)) {
      const role = file.slice(0, -".json".length);
      roles.set(role, (roles.get(role) ?? new Set()).add(version));
    }
  }
  const targets = roles.get("targets") ?? new Set([1]);
  // Targets are signed before a snapshot names them.
  await numbered(targetsPath, history ? 1 : Math.min(...targets));
  const channels = [...roles].flatMap(([role, serials]) => {
    const name = channelOfRole(role);
    return name === undefined ? [] : [{ ...name, role, serials: [...serials] }];
  });
  const found = await sideBySide(channels, channelsAtOnce, (channel) => namedByChannel(store, channel, history));
  for (const path of found.flat()) names.add(path);
  for (const suite of new Set(channels.map(({ channel }) => channel))) {
    for (const path of await namedBySuite(store, suite)) names.add(path);
  }
  for (const product of new Set(channels.map(({ product }) => product))) {
    if (!product.endsWith("-archive-keyring")) continue;
    for (const path of await namedByKeyring(store, product)) names.add(path);
  }
  return names;
}

/** Paths from number `from` on, as long as the objects are there. */
async function consecutive(store: Store, pathOf: (number: number) => string, from: number): Promise<readonly string[]> {
  const paths: string[] = [];
  for (let number = from; number < from + mostNumbers; number += 1) {
    if ((await store.stat(pathOf(number))) === undefined) break;
    paths.push(pathOf(number));
  }
  return paths;
}

interface Channel {
  readonly product: string;
  readonly channel: string;
  readonly role: string;
  /** Numbers of the role that the snapshots name. */
  readonly serials: readonly number[];
}

async function namedByChannel(
  store: Store,
  { product, channel, role, serials }: Channel,
  history: boolean,
): Promise<readonly string[]> {
  const paths = [channelPath(product, channel), channelPagePath(product, channel)];
  const entry = async (digest: string | undefined): Promise<ChannelEntry | undefined> => {
    if (digest === undefined) return undefined;
    const path = entryPath(product, channel, digest);
    paths.push(path);
    const said = readEntry(await readText(store, path, limits.targets), path);
    for (const { record } of said === undefined ? [] : [said.current, ...said.kept]) paths.push(record.path);
    return said;
  };
  const last = Math.max(...serials);
  const all = history ? Array.from({ length: Math.min(last, mostNumbers) }, (_, back) => last - back) : serials;
  for (const serial of all) {
    paths.push(rolePath(role, serial));
    const file = parseTargets(await readText(store, rolePath(role, serial), limits.targets));
    await entry(file && targetDigest(file, product, channel));
  }
  return paths;
}

function readEntry(text: string | undefined, path: string): ChannelEntry | undefined {
  try {
    return text === undefined ? undefined : parseEntry(text, path);
  } catch {
    return undefined;
  }
}

async function namedBySuite(store: Store, suite: string): Promise<readonly string[]> {
  const paths = ["InRelease", "Release", "Release.gpg"].map((file) => suitePath(suite, file));
  for (const { says } of [await readInRelease(store, suite), await readRelease(store, suite)]) {
    for (const [file, { sha256 }] of Object.entries(says?.files ?? {})) {
      if (!isStored(file)) continue;
      const path = suitePath(suite, file);
      paths.push(path, `${path.slice(0, path.lastIndexOf("/"))}/by-hash/SHA256/${sha256}`);
    }
  }
  return paths;
}

/** The keyring that users take, and the certificates of the keys in it. */
async function namedByKeyring(store: Store, product: string): Promise<readonly string[]> {
  const paths = [`keys/${product}.gpg`, `keys/${product}.asc`];
  for (const fingerprint of await keyringFingerprints(store, product)) paths.push(`keys/${fingerprint}.asc`);
  return paths;
}

/** Fingerprints of the keys in a product's keyring as it lies under `keys/`; none where it cannot be read. */
export async function keyringFingerprints(store: Store, product: string): Promise<readonly string[]> {
  const path = `keys/${product}.gpg`;
  const size = (await store.stat(path))?.size ?? 0;
  const bytes = size > keyringLimit ? undefined : await store.read(path, keyringLimit);
  const keys = bytes === undefined ? [] : await readKeys({ binaryKeys: bytes }).catch(() => []);
  return keys.map((key) => key.getFingerprint().toUpperCase());
}
