import { sha256 } from "../../digest.ts";
import { builtRelease } from "../../record/__fixtures__/release.ts";
import { devFolder } from "../../record/folder.ts";
import { recordText } from "../../record/record.ts";
import { addSignature } from "../../record/signatures.ts";
import { sumsText } from "../../record/sums.ts";
import { generateOpenPgp, openOpenPgp } from "../../signing/openpgp.ts";
import type { OpenPgpSigner } from "../../signing/signer.ts";
import type { Store } from "../../store/store.ts";
import type { ChannelRecord } from "../entry.ts";
import { now } from "./bucket.ts";

/** A new OpenPGP key whose certificate lies in the bucket. */
export async function archiveSigner(store: Store): Promise<OpenPgpSigner> {
  const made = await generateOpenPgp({ name: "Archive of the tests", email: "archive@slipway.example" }, now - 1000);
  await store.create(`keys/${made.public.fingerprint}.asc`, Buffer.from(made.public.armored));
  return openOpenPgp(made.public, { kind: "state", secret: made.secret });
}

/** Publishes a version's record and sums, signed by each of `signers`; none of the artifacts is there. */
export async function publishSigned(
  store: Store,
  version: string,
  signers: readonly OpenPgpSigner[],
): Promise<ChannelRecord> {
  const record = { ...builtRelease().record, version };
  const text = recordText(record);
  const folder = devFolder(version, sha256(text));
  const base = `releases/${record.product}/${folder}`;
  const sums = Buffer.from(sumsText(record));
  await store.create(`${base}/release.json`, Buffer.from(text));
  await store.create(`${base}/SHA256SUMS`, sums);
  for (const signer of signers) {
    const { fingerprint } = signer.public;
    const signature = Buffer.from(await signer.detach(sums, now));
    await addSignature(store, `${base}/SHA256SUMS`, fingerprint, signature, () => true);
  }
  const object = { path: `${base}/release.json`, size: Buffer.byteLength(text), sha256: sha256(text) };
  return { version, folder, record: object };
}
