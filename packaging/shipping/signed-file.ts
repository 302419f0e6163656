import { type FileHandle, open } from "node:fs/promises";
import type { BuiltArtifact } from "../artifact.ts";
import type { BuildCache } from "../builds/cache.ts";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { writeHashed } from "../formats/write-hashed.ts";
import type { X509Public, X509Purpose, X509Signer } from "../signing/signer.ts";
import { type Identity, signingTime } from "./identities.ts";

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

/**
 * The signed form of a file: from the cache where it was signed before, else signed now. Undefined where that needs a
 * private key that is not at hand. The same file and identity give the same bytes on every machine.
 */
export async function signedFile(
  signable: Signable,
  { public: own, source }: Identity,
  cache: BuildCache,
): Promise<BuiltArtifact | undefined> {
  if (own === undefined) return undefined;
  const { kind, content, epoch, description } = signable;
  const signedAt = signingTime(own, epoch);
  const recipe = sha256(canonicalJson({ revision, kind, content: content.sha256, signedAt, description, by: own }));
  const known = await cache.lookup(recipe);
  if (known !== undefined) return known;
  if (source === undefined) return undefined;
  // What signs is loaded when something is signed: most runs find all of it signed.
  const { openX509 } = await import("../signing/x509/identity.ts");
  const signer = await openX509(purposes[kind], source, signedAt);
  requireSame(signer.public, own);
  const file = await open(content.file);
  try {
    const temporary = await cache.temporaryFile();
    const bytes = await signedBytes(file, signable, { signer, signedAt, description });
    const { size, hex } = await writeHashed(bytes, temporary, "sha256");
    return await cache.store(recipe, temporary, { size, sha256: hex });
  } finally {
    await file.close();
  }
}

interface Signing {
  readonly signer: X509Signer;
  readonly signedAt: number;
  readonly description: string;
}

async function signedBytes(
  file: FileHandle,
  { kind, content: { size, sha256: digest }, epoch }: Signable,
  signing: Signing,
): Promise<AsyncIterable<Uint8Array>> {
  switch (kind) {
    case "pkg": {
      const { writeSignedPkg } = await import("../formats/macos/sign-pkg.ts");
      return writeSignedPkg(file, size, epoch, signing, ({ unsigned }) => {
        if (unsigned.sha256 !== digest) throw new Error(`signing changed ${digest} to ${unsigned.sha256}`);
      });
    }
    case "msi": {
      const { writeSignedMsi } = await import("../formats/windows/installer/sign-msi.ts");
      return writeSignedMsi(file, size, signing, () => undefined);
    }
    case "program": {
      const { writeSignedPe } = await import("../formats/windows/program/sign-pe.ts");
      return writeSignedPe(file, size, signing, () => undefined);
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
