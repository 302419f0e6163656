import type { Targets } from "@tufjs/models";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { type ChannelEntry, entryLimit, parseEntry } from "./entry.ts";
import { channelPath, entryPath, readText } from "./layout.ts";
import type { TufFile } from "./metadata.ts";

/** Most entries that a recovery reads. */
const recoveryLimit = 2000;

/** The text of an entry by its digest, or undefined where it is missing or altered. */
export async function readEntryText(
  store: Store,
  product: string,
  channel: string,
  digest: string,
): Promise<string | undefined> {
  const text = await readText(store, entryPath(product, channel, digest), entryLimit);
  return text !== undefined && sha256(text) === digest ? text : undefined;
}

/** An entry by its digest, or undefined where it is missing, altered, or another channel's. Refuses only what newer code wrote. */
export async function readEntry(
  store: Store,
  product: string,
  channel: string,
  digest: string,
): Promise<ChannelEntry | undefined> {
  const text = await readEntryText(store, product, channel, digest);
  return text === undefined ? undefined : readAs(text, product, channel);
}

/** Digest of the entry that a role's file names. */
export function targetDigest(file: TufFile<Targets>, product: string, channel: string): string | undefined {
  const { sha256: digest } = file.metadata.signed.targets[channelPath(product, channel)]?.hashes ?? {};
  return digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

/** An entry's text as the entry of this channel, or undefined. Refuses only what newer code wrote. */
export function readAs(text: string, product: string, channel: string): ChannelEntry | undefined {
  try {
    const entry = parseEntry(text, channelPath(product, channel));
    return entry.product === product && entry.channel === channel ? entry : undefined;
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW-STATE-NEWER") throw error;
    return undefined;
  }
}

/** `channels/<product>/<channel>.json`: the newest entry again, written last and signed by nobody. */
export interface Copy {
  readonly text: string;
  readonly entry: ChannelEntry;
}

/** `known` is an entry that was read already, and mostly the one that the copy is of. */
export async function readCopy(
  store: Store,
  product: string,
  channel: string,
  known?: Copy,
): Promise<Copy | undefined> {
  const text = await readText(store, channelPath(product, channel), entryLimit);
  if (known?.text === text) return known;
  const entry = text === undefined ? undefined : readAs(text, product, channel);
  return text === undefined || entry === undefined ? undefined : { text, entry };
}

/**
 * What a copy says where its entry is missing or altered. One of another digest than the role in force names is wrong, and
 * nothing of it is believed. Where no role can tell: a whole copy is some entry's text, and that entry's name says so; of
 * any other only the serial is believed, where an entry of that serial is there, for a flipped digit may be anywhere.
 */
export async function believedCopy(
  store: Store,
  product: string,
  channel: string,
  copy: Copy,
  named: string | undefined,
): Promise<ChannelEntry | undefined> {
  const own = sha256(copy.text);
  if (named !== undefined) return own === named ? copy.entry : undefined;
  if ((await readEntryText(store, product, channel, own)) !== undefined) return copy.entry;
  const { serial } = copy.entry;
  const same = await recoverEntry(store, product, channel, undefined, serial);
  if (same?.serial === serial) return same;
  return (await recoverEntry(store, product, channel, undefined, Number.MAX_SAFE_INTEGER)) ?? copy.entry;
}

/**
 * The entry with the highest serial up to `limit` among those that nobody signed: so that a channel whose role was
 * damaged can be written anew under its next serial.
 */
export async function recoverEntry(
  store: Store,
  product: string,
  channel: string,
  known: ChannelEntry | undefined,
  limit: number,
): Promise<ChannelEntry | undefined> {
  let newest = known !== undefined && known.serial <= limit ? known : undefined;
  if (newest?.serial === limit) return newest;
  const folder = `channels/${product}/`;
  const entries = (await store.list(folder)).filter(({ path }) => path.endsWith(`.${channel}.json`));
  for (const { path } of entries.slice(0, recoveryLimit)) {
    const digest = path.slice(folder.length).split(".", 1)[0] ?? "";
    const entry = /^[0-9a-f]{64}$/.test(digest) ? await readEntry(store, product, channel, digest) : undefined;
    if (entry !== undefined && entry.serial <= limit && entry.serial > (newest?.serial ?? 0)) newest = entry;
  }
  return newest;
}
