import { pinnedView } from "../channels/pinned-view.ts";
import { readSnapshot } from "../channels/read.ts";
import { inOrder, knownKeys } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import { trustedKeys } from "../verify/trusted-keys.ts";

/** What a stack that writes pages goes by: whoever can write to a bucket can put roots and certificates there. */
export interface PageTrust {
  /** The text of the TUF root that it trusts; undefined (`dev`): that of the bucket. */
  readonly root: string | undefined;
  /** Its own key of the archive; undefined in the state of code whose pages had no signature. */
  readonly key: OpenPgpPublic | undefined;
}

/** A bucket as such a stack sees it. */
export interface TrustedBucket {
  readonly store: Store;
  /** Keys whose pages count, and which pages name: those that a keyring of the trusted root has, and its own. Oldest first. */
  readonly keys: readonly OpenPgpPublic[];
}

/** Takes from a bucket what its trusted root vouches for; without one, all that it has. */
export async function trustedBucket(store: Store, { root, key }: PageTrust): Promise<TrustedBucket> {
  const own = key === undefined ? [] : [key];
  if (root === undefined) return { store, keys: await knownKeys(store, ...own) };
  const pinned = await pinnedView(store, root);
  const { channels } = await readSnapshot(pinned);
  const { keys } = await trustedKeys(pinned, channels, { root });
  return { store: pinned, keys: inOrder([...keys, ...own]) };
}
