import { readChain } from "../channels/chain.ts";
import { isoSeconds } from "../clock.ts";
import { keyringProduct } from "../signing/known-keys.ts";
import type { OpenPgpPublic } from "../signing/signer.ts";
import type { Store } from "../store/store.ts";
import type { PublicKeys } from "./model.ts";

/** The public keys of a bucket, with these certificates of its archive: what a stranger compares with what the archive's owner says elsewhere. */
export async function readKeys(
  store: Store,
  archive: string,
  certificates: readonly OpenPgpPublic[],
): Promise<PublicKeys> {
  const { roots } = await readChain(store);
  const { version = 0, roles } = roots[0]?.metadata.signed ?? {};
  const keyring = `keys/${keyringProduct(archive)}.gpg`;
  return {
    archive: certificates.map(({ fingerprint, created }) => ({
      fingerprint,
      created: isoSeconds(created),
      path: `keys/${fingerprint}.asc`,
    })),
    keyring: (await store.stat(keyring)) === undefined ? undefined : keyring,
    root: { version, keyids: [...(roles?.["root"]?.keyIDs ?? [])].sort() },
  };
}
