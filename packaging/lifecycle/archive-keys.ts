import { z } from "zod";
import { sha256 } from "../digest.ts";
import { placesOf } from "../places.ts";
import { keyringArmored, keyringBytes } from "../signing/keyring.ts";
import { inOrder, keyringProduct, knownKeys } from "../signing/known-keys.ts";
import { anyGone, objectDrift } from "./drift.ts";
import { openPgpPublic, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { settle, settleTexts } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  archive: z.string(),
  key: openPgpPublic,
  /** Further keys of the archive, where several stacks sign. */
  others: z.array(openPgpPublic).optional(),
  /** There are no other keys of the archive. Unset: also those that the bucket has from earlier states. */
  only: z.literal(true).optional(),
  /** The TUF root that a new client starts from. */
  rootText: z.string(),
});

interface Outputs extends Values {
  readonly objects: readonly { readonly path: string; readonly sha256: string }[];
  /** Copies of the single keys, by path: a damaged one comes from here. */
  readonly certificates: Readonly<Record<string, string>>;
}

/** `keys/`: each key by its fingerprint for good, and for people the keyring of all of them and the TUF root to trust. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Outputs>({
  kind: "archive keys",
  inputs,
  id: ({ archive }) => archive,
  write: async ({ bucket, archive, key, others = [], only, rootText }, before) => {
    const store = placesOf(bucket).store;
    await settleTexts(store, before?.certificates ?? {});
    const keys = only ? inOrder([key, ...others]) : await knownKeys(store, key, ...others);
    const name = keyringProduct(archive);
    const wanted: [string, Uint8Array][] = [
      ...keys.map((it): [string, Uint8Array] => [`keys/${it.fingerprint}.asc`, Buffer.from(it.armored)]),
      [`keys/${name}.gpg`, await keyringBytes(keys)],
      [`keys/${name}.asc`, Buffer.from(await keyringArmored(keys))],
      ["keys/tuf-root.json", Buffer.from(rootText)],
    ];
    for (const [path, bytes] of wanted) await settle(store, path, bytes);
    const certificates = Object.fromEntries(keys.map((it) => [`keys/${it.fingerprint}.asc`, it.armored]));
    return { certificates, objects: wanted.map(([path, bytes]) => ({ path, sha256: sha256(bytes) })) };
  },
  lags: ({ bucket }, { objects }) => anyGone(placesOf(bucket).store, objects),
  drift: ({ bucket }, { objects }) => objectDrift(placesOf(bucket).store, objects),
});
