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

export const parseRoot = remembering((json): Metadata<Root> => Metadata.fromJSON(MetadataKind.Root, json));

export const parseTargets = remembering((json): Metadata<Targets> => Metadata.fromJSON(MetadataKind.Targets, json));

export const parseSnapshot = remembering((json): Metadata<Snapshot> => Metadata.fromJSON(MetadataKind.Snapshot, json));

export const parseTimestamp = remembering(
  (json): Metadata<Timestamp> => Metadata.fromJSON(MetadataKind.Timestamp, json),
);

/** Texts of one kind whose meaning is remembered. What is in force is read many times in a run, and is a handful of files. */
const remembered = 4;

/** A reader that remembers the last texts: one of thousands of channels takes longer to understand than to fetch again. */
function remembering<T extends Root | Targets | Snapshot | Timestamp>(
  read: (json: Json) => Metadata<T>,
): (text: string | undefined) => TufFile<T> | undefined {
  const known: TufFile<T>[] = [];
  return (text) => {
    const found = known.find((file) => file.text === text) ?? parse(text, read);
    if (found === undefined || known[0] === found) return found;
    known.splice(0, remembered, found, ...known.filter((file) => file !== found).slice(0, remembered - 1));
    return found;
  };
}

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
  const verified = verdicts.get(delegator) ?? new Map<string, WeakSet<object>>();
  verdicts.set(delegator, verified);
  const signed = verified.get(role) ?? new WeakSet();
  verified.set(role, signed);
  if (signed.has(file.metadata)) return true;
  try {
    delegator.verifyDelegate(role, file.metadata);
    signed.add(file.metadata);
    return true;
  } catch {
    return false;
  }
}

/** What verified once: by delegator and role, the metadata that it signed. Nothing changes metadata that was read. */
const verdicts = new WeakMap<object, Map<string, WeakSet<object>>>();

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
