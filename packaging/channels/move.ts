import type { Root } from "@tufjs/models";
import { isoSeconds } from "../clock.ts";
import { sha256 } from "../digest.ts";
import { refusal, type SlipwayError } from "../errors.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { type Chain, readChain, snapshotHolds } from "./chain.ts";
import { type ChannelView, viewChannel } from "./channel-view.ts";
import { type ChannelContent, entryText, sameContent } from "./entry.ts";
import { channelPath, entryPath, roleName, rolePath } from "./layout.ts";
import { type MetaJson, metaOf, signedText, type TufFile } from "./metadata.ts";
import { advanceTimestamp, createOnly, createSnapshot, finishPending, newestTargets, refreshCopy } from "./publish.ts";
import { versionMoves } from "./version-moves.ts";

/** How often a mover that other channels overtook tries again: each time one of them has moved. */
const attempts = 100;

export interface Move extends ChannelContent {
  readonly product: string;
  readonly channel: string;
  /** The serial that was previewed. The move gets this one, or the next free one where that is taken: by the file of a
   * writer that died, or by the same content that has to be signed again. */
  readonly serial: number;
  /** The serial that was in force when the move was decided (0: none). In force must still be that one. */
  readonly after: number;
  readonly by: string;
  readonly why: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** `YYYY-MM-DDTHH:MM:SSZ`: end of validity of the role, the snapshot and the timestamp. */
  readonly expires: string;
  readonly signer: Ed25519Signer;
}

export interface Moved {
  readonly serial: number;
  readonly snapshot: number;
  readonly timestamp: number;
  readonly entryPath: string;
  readonly entryText: string;
  /** What was wanted was in force already: no entry and no role were written. */
  readonly adopted: boolean;
}

/**
 * Points a channel at `current`, keeping `kept`. The order of writes is the safety: entry, role, snapshot (from here on
 * the move wins), timestamp (from here on clients see it), the copy for scripts. Whoever dies in between leaves clients
 * with the old or the new; the next move of any channel finishes what had won.
 *
 * Refuses with SLW-CHANNEL-RACE, nothing of this move in force, where another mover moved the channel since `after`; with
 * SLW-CHANNEL where the signer is not the channel's key. A channel that already says so is adopted, and only what
 * carries it (snapshot, timestamp, copy) is repaired.
 */
export async function moveChannel(store: Store, move: Move): Promise<Moved> {
  const { product, channel } = move;
  if (move.serial <= move.after) throw notAbove(move);
  let written: Written | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const chain = await readChain(store);
    const root = requireAuthority(chain, move);
    // Only after this is anyone told that they lost.
    await finishPending(store, root, chain, move);
    const view = await viewChannel(store, chain, product, channel);
    const there = thereAlready(view, move);
    // Content that is there already is only signed again (its key changed, its files are damaged): nobody is undone.
    const same = view.entry !== undefined && sameContent(view.entry, move);
    if (!same && view.serial !== move.after) throw overtaken(view, move);
    if (there === undefined) written ??= await writeRole(store, view, move);
    const { serial, text, change } = there ?? (written as Written);
    const keep = there !== undefined && snapshotHolds(chain) ? chain.snapshot : undefined;
    const snapshot = keep ?? (await createSnapshot(store, chain, change, move));
    if (snapshot === undefined) continue;
    const timestamp = await advanceTimestamp(store, root, snapshot, move);
    await refreshCopy(store, product, channel);
    const path = entryPath(product, channel, sha256(text));
    const adopted = there !== undefined;
    return { serial, snapshot: snapshot.version, timestamp, entryPath: path, entryText: text, adopted };
  }
  throw refusal("SLW-CHANNEL-RACE", `Other channels moved ${attempts} times while ${channel} tried to. Run again.`);
}

/** An entry and its role's file in the bucket, and what the next snapshot says of them. */
interface Written {
  readonly serial: number;
  readonly text: string;
  readonly change: Readonly<Record<string, MetaJson>>;
}

/** What was decided while the channel was damaged is signed anew, as decided, also where it was mended since. */
function thereAlready(view: ChannelView, move: Move): Written | undefined {
  if (view.serial < move.serial || !view.intact || view.entry === undefined || !sameContent(view.entry, move))
    return undefined;
  return { serial: view.serial, text: entryText(view.entry), change: {} };
}

/** Writes entry and role under the first free serial; a role's file that is there is never overwritten. */
async function writeRole(store: Store, view: ChannelView, move: Move): Promise<Written> {
  const { product, channel, by, why, expires, signer } = move;
  const role = roleName(product, channel);
  const first = Math.max(move.serial, view.nextSerial);
  // A channel's first move has nothing behind it to count.
  const past = view.serial === 0 ? undefined : await versionMoves(store, view, move.current.version);
  for (let serial = first; serial < first + attempts; serial++) {
    const text = entryText({
      schema: past === undefined ? 1 : 2,
      product,
      channel,
      serial,
      after: view.serial,
      // What nobody signed is no link of the chain: this signature would vouch for all before it.
      ...(view.entry === undefined || !view.proven ? {} : { previous: sha256(entryText(view.entry)) }),
      ...(past && { past }),
      current: move.current,
      kept: [...move.kept],
      moved: { at: isoSeconds(move.now), by, why },
    });
    const { length, hashes } = metaOf(text, serial);
    const targets = { [channelPath(product, channel)]: { length, hashes } };
    await store.create(entryPath(product, channel, hashes.sha256), Buffer.from(text));
    const file = signedText("targets", { targets }, { version: serial, expires }, [signer]);
    if (await createOnly(store, rolePath(role, serial), file)) {
      return { serial, text, change: { [`${role}.json`]: metaOf(file, serial) } };
    }
  }
  throw refusal("SLW-CHANNEL-RACE", `The ${attempts} serials from ${first} on of ${channel} were taken. Run again.`);
}

/** The root in force, if it and the newest targets list the signer for all that a move signs. */
function requireAuthority(chain: Chain, { product, channel, signer }: Move): TufFile<Root> {
  const [root] = chain.roots;
  const { keyid } = signer.public;
  const role = roleName(product, channel);
  const hint = "The stack that holds the root and targets keys adds it: run its update first.";
  if (root === undefined) {
    throw refusal("SLW-CHANNEL", "The bucket has no TUF root that verifies.", {
      hint: "The stack that holds the root and targets keys writes it, and puts a lost one back: run its update with --refresh first.",
    });
  }
  const delegated = newestTargets(chain).metadata.signed.delegations?.roles?.[role];
  const lacking = [
    ...(delegated?.keyIDs.includes(keyid) ? [] : ["the newest targets file"]),
    ...(["snapshot", "timestamp"].every((name) => root.metadata.signed.roles[name]?.keyIDs.includes(keyid))
      ? []
      : [`root ${root.version}`]),
  ];
  if (lacking.length === 0) return root;
  const what = `key ${keyid.slice(0, 12)} for channel ${channel} of ${product}`;
  throw refusal("SLW-CHANNEL", `${lacking.join(" and ")} of the bucket does not list ${what}. Nothing was written.`, {
    hint,
  });
}

function overtaken(view: ChannelView, { product, channel, after }: Move): SlipwayError {
  const hint = "Look at what is there now, then run the update again.";
  const { serial, entry } = view;
  if (serial < after) {
    const now = `Channel ${channel} of ${product} is at serial ${serial}, but was at ${after} when this update was decided`;
    return refusal("SLW-CHANNEL", `${now}: files of the channel are missing. Nothing was moved.`, { hint });
  }
  const who =
    entry?.serial === serial
      ? `${product} ${entry.current.version}, by ${entry.moved.by}, ${entry.moved.at}`
      : `${product}; its entry cannot be read`;
  return refusal(
    "SLW-CHANNEL-RACE",
    `${channel} moved to serial ${serial} while this update was under way (${who}). Nothing of yours is in force.`,
    { hint },
  );
}

function notAbove({ channel, serial, after }: Move): SlipwayError {
  return refusal("SLW-CHANNEL", `Serial ${serial} of channel ${channel} is not above ${after}, the one in force.`);
}
