import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import type { BuiltArtifact } from "../artifact.ts";
import type { BuildCache, CachedObject } from "../builds/cache.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { XarSigning } from "../formats/macos/sign-xar.ts";
import { writeHashed } from "../formats/write-hashed.ts";
import type { AuthenticodeSigning } from "../signing/authenticode/spc.ts";
import type { X509Public, X509Purpose } from "../signing/signer.ts";
import { type Identity, signingTime } from "./identities.ts";
import { requireContent } from "./require-content.ts";
import { type KeptReply, keptReply, keptToken, noteSignature, type Timestamps } from "./timestamps.ts";

/** Raised with every change of the code that changes signed bytes. */
const revision = 1;

/** What is signed: bytes in the cache, for whom, and what Windows calls them where it asks. */
export interface Signable {
  readonly kind: "pkg" | "msi" | "program";
  readonly content: BuiltArtifact;
  readonly epoch: number;
  readonly description: string;
}

const purposes = {
  pkg: "apple-installer",
  msi: "authenticode",
  program: "authenticode",
} as const satisfies Record<Signable["kind"], X509Purpose>;

/** A file with its signature. */
export interface SignedFile {
  readonly built: BuiltArtifact;
  /** Whether its signature is to have a timestamp and has none: it is noted. */
  readonly waits: boolean;
}

/**
 * The signed form of a file: from the cache where it was signed before, else signed now. Undefined where that needs a
 * private key that is not at hand. With `timestamps`, the signature gets the one that is kept for it, or is noted where there
 * is none. The same file, identity and timestamp give the same bytes on every machine.
 */
export async function signedFile(
  signable: Signable,
  { public: own, source }: Identity,
  cache: BuildCache,
  timestamps?: Timestamps,
): Promise<SignedFile | undefined> {
  if (own === undefined) return undefined;
  const { kind, content, epoch, description } = signable;
  const signedAt = signingTime(own, epoch);
  const recipe = sha256(canonicalJson({ revision, kind, content: content.sha256, signedAt, description, by: own }));
  const signing: Signing = { signable, own, source, signedAt, recipe, cache };
  if (timestamps === undefined) {
    const built = await plainFile(signing);
    return built && { built, waits: false };
  }
  const signature = await signatureOf(signing);
  if (signature === undefined) return undefined;
  const reply = await keptReply(timestamps, signature.sha256);
  const built = await (reply === undefined ? plainFile(signing) : stampedFile(signing, signature, reply));
  if (built !== undefined && reply === undefined) await noteSignature(timestamps, await readFile(signature.file));
  return built && { built, waits: reply === undefined };
}

interface Signing {
  readonly signable: Signable;
  readonly own: X509Public;
  readonly source: Identity["source"];
  readonly signedAt: number;
  /** What the signature depends on. */
  readonly recipe: string;
  readonly cache: BuildCache;
}

/** The file with a signature that has no timestamp. */
async function plainFile(signing: Signing): Promise<CachedObject | undefined> {
  return (await signing.cache.lookup(signing.recipe)) ?? sign(signing, signing.recipe);
}

/** The file with a signature and its timestamp, which is verified before the key is opened. */
async function stampedFile(
  signing: Signing,
  signature: CachedObject,
  reply: KeptReply,
): Promise<CachedObject | undefined> {
  const recipe = sha256(canonicalJson({ signed: signing.recipe, timestamp: sha256(reply.bytes) }));
  const known = await signing.cache.lookup(recipe);
  return known ?? sign(signing, recipe, await keptToken(reply, await readFile(signature.file)));
}

/**
 * The signature's own bytes, whose digest names its timestamp. They follow from the recipe of the file without one, so that a
 * run that finds them needs no key; where they are not known, that file is signed first.
 */
async function signatureOf(signing: Signing): Promise<CachedObject | undefined> {
  const recipe = signatureRecipe(signing);
  const known = await signing.cache.lookup(recipe);
  if (known !== undefined) return known;
  return (await sign(signing, signing.recipe)) && signing.cache.lookup(recipe);
}

function signatureRecipe({ recipe }: Signing): string {
  return sha256(canonicalJson({ signature: recipe }));
}

/** Signs, and keeps the file under this recipe and the signature under its own. Undefined without a key. */
async function sign(signing: Signing, recipe: string, timestamp?: Uint8Array): Promise<CachedObject | undefined> {
  const { signable, own, source, signedAt, cache } = signing;
  if (source === undefined) return undefined;
  // What signs is loaded when something is signed: most runs find all of it signed.
  const { openX509 } = await import("../signing/x509/identity.ts");
  const signer = await openX509(purposes[signable.kind], source, signedAt);
  requireSame(signer.public, own);
  const { description, content } = signable;
  await requireContent(content, cache);
  const by = { signer, signedAt, description, ...(timestamp && { timestamp }) };
  const file = await open(content.file);
  try {
    const signatures: Uint8Array[] = [];
    const bytes = await signedBytes(file, signable, by, (signature) => signatures.push(signature));
    const temporary = await cache.temporaryFile();
    const { size, hex } = await writeHashed(bytes, temporary, "sha256");
    for (const signature of signatures) await storeSignature(signing, signature);
    return await cache.store(recipe, temporary, { size, sha256: hex });
  } finally {
    await file.close();
  }
}

async function storeSignature(signing: Signing, signature: Uint8Array): Promise<void> {
  const temporary = await signing.cache.temporaryFile();
  await writeFile(temporary, signature, { flag: "wx" });
  const written = { size: signature.length, sha256: sha256(signature) };
  await signing.cache.store(signatureRecipe(signing), temporary, written);
}

async function signedBytes(
  file: FileHandle,
  { kind, content: { size, sha256: digest }, epoch }: Signable,
  signing: AuthenticodeSigning & XarSigning,
  signed: (signature: Uint8Array) => void,
): Promise<AsyncIterable<Uint8Array>> {
  switch (kind) {
    case "pkg": {
      const { writeSignedPkg } = await import("../formats/macos/sign-pkg.ts");
      return writeSignedPkg(file, size, epoch, signing, ({ unsigned, signature }) => {
        if (unsigned.sha256 !== digest) throw new Error(`signing changed ${digest} to ${unsigned.sha256}`);
        signed(signature);
      });
    }
    case "msi": {
      const { writeSignedMsi } = await import("../formats/windows/installer/sign-msi.ts");
      return writeSignedMsi(file, size, signing, signed);
    }
    case "program": {
      const { writeSignedPe } = await import("../formats/windows/program/sign-pe.ts");
      return writeSignedPe(file, size, signing, signed);
    }
  }
}

/** The settings name the certificate, and previews rely on it: another one would sign other bytes. Refused as SLW-KEY. */
export function requireSame(found: X509Public, expected: X509Public): void {
  if (found.certificates.join() === expected.certificates.join()) return;
  throw refusal("SLW-KEY", `The identity for ${expected.kind} is not the one that the settings name.`, {
    hint: `Settings: certificate ${expected.fingerprint} and its chain; the PKCS#12 file: ${found.fingerprint}. Both need the same certificates.`,
  });
}
