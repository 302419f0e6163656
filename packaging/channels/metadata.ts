import {
  Metadata,
  MetadataKind,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "@tufjs/models";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Ed25519Public, Ed25519Signer } from "../signing/signer.ts";

/** Largest files in bytes that a reader takes: the defaults of python-tuf and tuf-js, so that clients agree. */
export const limits = { root: 512_000, timestamp: 16_384, snapshot: 2_000_000, targets: 5_000_000 } as const;

/** One file of TUF metadata that parsed; who signed it is another question. */
export interface TufFile<T extends Root | Targets | Snapshot | Timestamp> {
  readonly version: number;
  readonly text: string;
  readonly metadata: Metadata<T>;
}

type Json = Parameters<typeof Metadata.fromJSON>[1];

/** A file's `signed` part without its name and version. */
export type SignedPart = Readonly<Record<string, unknown>>;

export const parseRoot = (text: string | undefined): TufFile<Root> | undefined =>
  parse(text, (json) => Metadata.fromJSON(MetadataKind.Root, json));

export const parseTargets = (text: string | undefined): TufFile<Targets> | undefined =>
  parse(text, (json) => Metadata.fromJSON(MetadataKind.Targets, json));

export const parseSnapshot = (text: string | undefined): TufFile<Snapshot> | undefined =>
  parse(text, (json) => Metadata.fromJSON(MetadataKind.Snapshot, json));

export const parseTimestamp = (text: string | undefined): TufFile<Timestamp> | undefined =>
  parse(text, (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));

/**
 * Whatever is wrong with a file, the answer is the same: it proves nothing. Signatures are over what a file says; here it
 * is said in one text only, so that no byte can be changed unnoticed.
 */
function parse<T extends Root | Targets | Snapshot | Timestamp>(
  text: string | undefined,
  read: (json: Json) => Metadata<T>,
): TufFile<T> | undefined {
  if (text === undefined) return undefined;
  try {
    const metadata = read(JSON.parse(text) as Json);
    const { version } = metadata.signed;
    const whole = canonicalJson(metadata.toJSON()) === text;
    return whole && Number.isSafeInteger(version) && version > 0 ? { version, text, metadata } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the keys that `delegator` lists for `role` signed `file`, by its threshold. */
export function signsFor(
  delegator: Metadata<Root> | Metadata<Targets>,
  role: string,
  file: TufFile<Root | Targets | Snapshot | Timestamp>,
): boolean {
  try {
    delegator.verifyDelegate(role, file.metadata);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file: `part` with its kind, version and expiry, signed by each of `signers`. */
export function signedText(
  kind: "root" | "targets" | "snapshot" | "timestamp",
  part: SignedPart,
  { version, expires }: { readonly version: number; readonly expires: string },
  signers: readonly Ed25519Signer[],
): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires)) {
    throw refusal("SLW-CHANNEL", `${JSON.stringify(expires)} is no end of validity: expected 2036-01-02T03:04:05Z.`);
  }
  const signed = { _type: kind, spec_version: "1.0.31", version, expires, ...part };
  const json = { signatures: [], signed } as unknown as Json;
  // The class of the signed part follows its kind; signing needs none of what differs between them.
  const metadata = Metadata.fromJSON(kind as MetadataKind.Targets, json);
  for (const signer of signers) {
    metadata.sign((bytes) => {
      const sig = Buffer.from(signer.sign(bytes)).toString("hex");
      return new Signature({ keyID: signer.public.keyid, sig });
    });
  }
  return canonicalJson(metadata.toJSON());
}

/** How snapshot and timestamp name a file (TUF specification, section 4.4). */
export interface MetaJson {
  readonly version: number;
  readonly length: number;
  readonly hashes: { readonly sha256: string };
}

export function metaOf(text: string, version: number): MetaJson {
  return { version, length: Buffer.byteLength(text), hashes: { sha256: sha256(text) } };
}

/** A key as TUF writes it (specification, section 4.2); its canonical JSON gives the key id. */
export function keyJson(key: Ed25519Public): SignedPart {
  return { keytype: "ed25519", scheme: "ed25519", keyval: { public: key.publicKey } };
}
