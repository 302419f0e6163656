import { readChain } from "../channels/chain.ts";
import { roleName } from "../channels/layout.ts";
import { refuseMistakes } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { ed25519Public } from "../signing/ed25519.ts";
import type { Store } from "../store/store.ts";

/**
 * Refuses (SLW-CHANNEL) channels that the bucket's trust does not delegate to the key that is to move them: before
 * anything is built or written.
 */
export async function requireDelegated(
  store: Store,
  products: readonly string[],
  channel: string,
  { keys, bucket }: Settings,
): Promise<void> {
  const { keyid } = ed25519Public(keys.channel?.public ?? "");
  const { roots, targets } = await readChain(store);
  const hint =
    "The foundation stack writes them: its slipway:products and slipway:channels name what may be moved, and by which key.";
  if (roots.length === 0 || targets === undefined) {
    refuseMistakes([
      { code: "SLW-CHANNEL", message: `the bucket ${bucket} has no TUF root and targets that verify`, hint },
    ]);
  }
  const roles = targets?.metadata.signed.delegations?.roles ?? {};
  const lacking = products.filter((product) => !roles[roleName(product, channel)]?.keyIDs.includes(keyid));
  refuseMistakes(
    lacking.map((product) => ({
      code: "SLW-CHANNEL",
      message: `channel ${channel} of ${product} is not delegated to the key ${keyid.slice(0, 12)} of slipway:keys.channel`,
      setting: ["keys", "channel", "public"],
      hint,
    })),
  );
}
