import type { ChannelEntry } from "../channels/entry.ts";
import type { Shelves } from "../plan/read-named.ts";
import { keyringProduct } from "../signing/known-keys.ts";
import { installable, installWays } from "./install-ways.ts";
import type { ChannelModel, PublicKeys } from "./model.ts";
import { readHistory } from "./read-history.ts";
import { readRecord, releaseFacts } from "./release-facts.ts";
import { verifySteps } from "./verify-steps.ts";

/** What pages take from a stack's settings. */
export interface PageSettings {
  readonly archive: string;
  /** Base address of the bucket, as clients reach it. */
  readonly url: string;
  /** The Homebrew tap that has the releases, as brew names it: `owner/name`. */
  readonly tap?: string | undefined;
  /** The bucket has manifests for winget. */
  readonly winget?: true | undefined;
}

/** What the page of a channel says whose entry in force is `entry`. */
export async function readChannelModel(
  at: Shelves,
  entry: ChannelEntry,
  keys: PublicKeys,
  { archive, url, tap, winget }: PageSettings,
): Promise<ChannelModel> {
  const { product, channel, serial, current, kept, moved } = entry;
  const record = await readRecord(at, product, current);
  const release = record && releaseFacts(record, current.folder);
  const keyring = keyringProduct(archive);
  const install =
    record === undefined
      ? []
      : installWays(installable(record, current.folder, { channel, keyring, url, tap, winget }));
  const history = await readHistory(at, product, channel);
  return {
    kind: "channel",
    product,
    channel,
    serial,
    // The newest move may have signed the same release anew.
    since: history.moves[0]?.at ?? moved.at,
    version: current.version,
    release,
    kept: kept.map(({ version }) => version),
    install,
    verify: verifySteps({ product, channel, folder: current.folder, keyring, url }),
    keys,
    history: history.moves,
    earlier: history.earlier,
    withdrawn: history.withdrawn,
  };
}
