import { isoSeconds } from "../../clock.ts";
import { sha256 } from "../../digest.ts";
import { readChain } from "../chain.ts";
import { viewChannel } from "../channel-view.ts";
import { type ChannelContent, type ChannelEntry, entryText } from "../entry.ts";
import { channelPath, entryPath, rolePath } from "../layout.ts";
import { metaOf, signedText } from "../metadata.ts";
import { advanceTimestamp, createSnapshot, refreshCopy } from "../publish.ts";
import { expires, type memoryStore, now } from "./bucket.ts";
import { mover } from "./runtime-channels.ts";

const moved = { at: isoSeconds(now), by: "up by test", why: "a test" };

/**
 * Moves channel stable so often, as before entries counted. Of all but the last move there is the entry alone, which the
 * next one names by digest: while it is there, nobody asks who signed it.
 */
export async function journalOfBefore(
  store: ReturnType<typeof memoryStore>,
  contents: readonly ChannelContent[],
): Promise<void> {
  let link: Pick<ChannelEntry, "serial" | "after" | "previous"> = { serial: 1, after: 0 };
  for (const { current, kept } of contents.slice(0, -1)) {
    const said = { schema: 1, product: "runtime", channel: "stable", ...link } as const;
    const text = entryText({ ...said, current, kept: [...kept], moved });
    store.objects.set(entryPath("runtime", "stable", sha256(text)), Buffer.from(text));
    link = { serial: link.serial + 1, after: link.serial, previous: sha256(text) };
  }
  for (const last of contents.slice(-1)) await moveAsBefore(store, last, link);
}

/**
 * Moves channel stable of runtime as whoever has its key may, with an entry that says `more`. Without that it is the entry
 * of a Slipway from before entries counted: schema 1.
 */
export async function moveAsBefore(
  store: ReturnType<typeof memoryStore>,
  { current, kept }: ChannelContent,
  more: Partial<ChannelEntry> = {},
): Promise<ChannelEntry> {
  const chain = await readChain(store);
  const view = await viewChannel(store, chain, "runtime", "stable");
  const { serial: after, nextSerial: serial } = view;
  const previous = view.proven && view.entry ? { previous: sha256(entryText(view.entry)) } : {};
  const said = { schema: 1, product: "runtime", channel: "stable", serial, after, ...previous } as const;
  const entry: ChannelEntry = { ...said, current, kept: [...kept], moved, ...more };
  const text = entryText(entry);
  const { length, hashes } = metaOf(text, 1);
  store.objects.set(entryPath("runtime", "stable", hashes.sha256), Buffer.from(text));
  const targets = { [channelPath("runtime", "stable")]: { length, hashes } };
  const role = signedText("targets", { targets }, { version: entry.serial, expires }, [mover]);
  store.objects.set(rolePath("runtime-stable", entry.serial), Buffer.from(role));
  const publisher = { signer: mover, expires };
  const snapshot = await createSnapshot(store, chain, { "runtime-stable.json": metaOf(role, entry.serial) }, publisher);
  const [root] = chain.roots;
  if (snapshot === undefined || root === undefined) throw new Error("another mover is in the way");
  await advanceTimestamp(store, root, snapshot, publisher);
  await refreshCopy(store, "runtime", "stable");
  return entry;
}
