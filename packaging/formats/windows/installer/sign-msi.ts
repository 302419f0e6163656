import type { X509Certificate } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../../containers/file-range.ts";
import { collect, contentOf } from "../../../containers/member-content.ts";
import { refusal } from "../../../errors.ts";
import { type AuthenticodeSigning, signAuthenticode, verifyAuthenticode } from "../../../signing/authenticode/spc.ts";
import type { VerifiedCms } from "../../../signing/x509/verify-cms.ts";
import { type CfbStream, writeCfb } from "../cfb/cfb.ts";
import { type ReadCfb, readCfb } from "../cfb/cfb-reader.ts";
import { metadataDigest, metadataStream, msiDigest, signatureStream } from "./msi-digest.ts";

/** No signature with its timestamp is near it. */
const largestSignature = 1 << 20;

/**
 * Writes an unsigned installer package of ours anew, with its Authenticode signature and the digest of its metadata. Equal
 * files, identities and times give equal bytes. `signed` is called with the signature's own bytes, which a timestamp has to
 * be of, before the first one. Refuses (SLW-FORMAT) a package that is signed, or not laid out as `writeCfb` does.
 */
export async function* writeSignedMsi(
  file: FileHandle,
  size: number,
  signing: AuthenticodeSigning,
  signed: (signature: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const cfb = await readCfb(file, size);
  if (cfb.streams.some(({ path }) => path === signatureStream || path === metadataStream)) {
    throw refusal("SLW-FORMAT", "The installer package is signed already.", { hint: "Sign the unsigned one." });
  }
  await requireOwnLayout(file, size, cfb);
  const metadata = metadataDigest(cfb);
  const { bytes, signature } = signAuthenticode("installer", await msiDigest(cfb, metadata), signing);
  signed(signature);
  const added = [metadata, bytes].map((content, at): CfbStream => {
    return { name: at === 0 ? metadataStream : signatureStream, size: content.length, content: contentOf(content) };
  });
  yield* writeCfb([...streamsOf(cfb), ...added], classOf(cfb));
}

/**
 * Verifies a signed installer package of ours: signature, digests of contents and metadata, a chain that leads to one of the
 * anchors; and that every byte which no digest covers (padding, the directory's tree) is the one that we write. Refuses
 * (SLW-FORMAT, SLW-KEY) all else.
 */
export async function verifyMsi(
  file: FileHandle,
  size: number,
  anchors: readonly X509Certificate[],
): Promise<VerifiedCms> {
  const cfb = await readCfb(file, size);
  const [signature, metadata] = [signatureStream, metadataStream].map((name) =>
    cfb.streams.find(({ path }) => path === name),
  );
  if (signature === undefined) throw refuse("it is not signed");
  if (signature.size > largestSignature) throw refuse("its signature is larger than any");
  const found = metadataDigest(cfb);
  if (metadata?.size !== found.length || !(await collect(metadata.content())).equals(found)) {
    throw refuse("names, sizes or times in it are others than when it was signed");
  }
  const bytes = await collect(signature.content());
  const digest = await msiDigest(cfb, found);
  const verified = verifyAuthenticode("installer", bytes, digest, "The signature of the installer package", anchors);
  await requireOwnLayout(file, size, cfb);
  return verified;
}

/** Refuses a file that is not byte for byte the one that its streams give. */
async function requireOwnLayout(file: FileHandle, size: number, cfb: ReadCfb): Promise<void> {
  const otherwise = () => refusal("SLW-FORMAT", "The installer package is laid out otherwise than Slipway does it.");
  if (cfb.storages.size > 1) throw otherwise();
  let at = 0;
  for await (const chunk of writeCfb(streamsOf(cfb), classOf(cfb))) {
    const found = await collect(fileRange(file, at, Math.min(size, at + chunk.length)));
    if (!found.equals(chunk)) throw otherwise();
    at += chunk.length;
  }
  if (at !== size) throw otherwise();
}

/** A stream is opened when it is written: nothing is held, and nothing read that is not asked for. */
function streamsOf({ streams }: ReadCfb): readonly CfbStream[] {
  return streams.map(({ path, size, content }) => ({ name: path, size, content: content() }));
}

function classOf({ storages }: ReadCfb): Uint8Array {
  return storages.get("")?.clsid ?? new Uint8Array(16);
}

function refuse(what: string): Error {
  return refusal("SLW-FORMAT", `The installer package is not validly signed: ${what}.`);
}
