import { readChain } from "../channels/chain.ts";
import { refusal } from "../errors.ts";
import type { Store } from "../store/store.ts";

/**
 * Refuses (SLW-CHANNEL) a bucket whose timestamp names an older snapshot than one that this stack's state remembers: a fresh
 * checkout has no TUF client's memory, and the state is the same on every machine.
 */
export async function refuseReplayed(store: Store, remembered: number): Promise<void> {
  const found = (await readChain(store)).timestamp.snapshot;
  // One that nobody in force signed names none: reading the channels says so.
  if (found === 0 || found >= remembered) return;
  throw refusal(
    "SLW-CHANNEL",
    `tuf/timestamp.json names snapshot ${found}, but this stack saw ${remembered}: somebody put back an old one`,
    { hint: "Find out who, and restore tuf/ as it was; the stack that moved a channel last has copies in its state." },
  );
}
