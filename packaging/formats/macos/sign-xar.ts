import { createHash } from "node:crypto";
import { refusal } from "../../errors.ts";
import type { X509Signer } from "../../signing/signer.ts";
import { type SignedCms, signCms } from "../../signing/x509/cms.ts";
import { oids } from "../../signing/x509/oids.ts";
import { requireTimestampOf } from "../../signing/x509/timestamp.ts";
import { asPromised, zlibOf } from "./xar-data.ts";
import { algorithms, xarHeader } from "./xar-header.ts";
import { type PlacedFile, type PlacedSignature, placeFiles, tocText, type XarFile } from "./xar-toc.ts";

/**
 * What the RSA signature of a xar archive is of. Signers differ: Apple's take the table's checksum for the digest itself,
 * rcodesign takes the SHA-256 of the checksum. Both are read.
 */
export type RsaForm = "sha256-of-checksum" | "checksum-as-digest";

export interface XarSigning {
  readonly signer: X509Signer;
  /** The time of signing, in seconds since 1970: it is in the bytes. */
  readonly signedAt: number;
  /** By default rcodesign's form, which is in no need of SHA-1. */
  readonly rsaForm?: RsaForm;
  /** The token of an RFC 3161 timestamp of the CMS signature, asked for before and kept. */
  readonly timestamp?: Uint8Array;
}

/** What is known when a signed archive has been written. */
export interface SignedXar {
  /** Lower-case hex SHA-256 and size of the same archive without signatures. */
  readonly unsigned: { readonly sha256: string; readonly size: number };
  /** The CMS signature's own bytes: what a timestamp has to be of. */
  readonly signature: Uint8Array;
}

/**
 * Kept for a timestamp, whether there is one or not: the table names the room of the CMS signature, so that a timestamp that
 * came later would else change what it is a timestamp of.
 */
const timestampRoom = 16 << 10;

/**
 * Writes a xar archive with an RSA and a CMS signature of its table's checksum, as Apple's installer wants them (xar,
 * lib/signature.c): both before the files in the heap, the CMS one filled up with zeros. Equal files, identity and times give
 * equal bytes. `signed` is called after the last one. A timestamp of another signature is refused (SLW-KEY) before the first.
 */
export async function* writeSignedXar(
  files: readonly XarFile[],
  epoch: number,
  signing: XarSigning,
  signed: (facts: SignedXar) => void,
): AsyncGenerator<Uint8Array> {
  const { signer } = signing;
  // Of the same length as the one to come: nothing in it depends on what is signed.
  const cmsSize = cmsOf(Buffer.alloc(algorithms.sha1.length), signing).bytes().length + timestampRoom;
  const start = algorithms.sha1.length;
  const signatures: readonly PlacedSignature[] = [
    { style: "RSA", offset: start, size: signer.size, certificates: signer.public.certificates },
    { style: "CMS", offset: start + signer.size, size: cmsSize, certificates: signer.public.certificates },
  ];
  const placed = placeFiles(files, start + signer.size + cmsSize);
  const head = headOf(placed, epoch, signatures);
  const cms = cmsOf(head.checksum, signing);
  const begin = [head.bytes, head.checksum, rsaOf(head, signing), padded(cms, signing.timestamp, cmsSize)];

  const unsigned = createHash("sha256");
  const unsignedHead = headOf(placeFiles(files, start), epoch, []);
  unsigned.update(unsignedHead.bytes).update(unsignedHead.checksum);
  let size = unsignedHead.bytes.length + unsignedHead.checksum.length;
  yield Buffer.concat(begin);
  for (const { path, data } of placed) {
    for await (const chunk of asPromised(data, path)) {
      unsigned.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  signed({ unsigned: { sha256: unsigned.digest("hex"), size }, signature: cms.signature });
}

interface Head {
  /** The header and the packed table. */
  readonly bytes: Buffer;
  readonly packedToc: Uint8Array;
  readonly checksum: Buffer;
}

function headOf(placed: readonly PlacedFile[], epoch: number, signatures: readonly PlacedSignature[]): Head {
  const text = Buffer.from(tocText(placed, epoch, signatures));
  const packedToc = zlibOf(text);
  const header = xarHeader({ tocLength: packedToc.length, tocSize: text.length, algorithm: "sha1" });
  const checksum = createHash("sha1").update(packedToc).digest();
  return { bytes: Buffer.concat([header, packedToc]), packedToc, checksum };
}

function cmsOf(checksum: Uint8Array, { signer, signedAt }: XarSigning): SignedCms {
  const digest = createHash("sha256").update(checksum).digest();
  return signCms(signer, { contentType: oids.data, digest, signedAt });
}

function rsaOf({ packedToc, checksum }: Head, { signer, rsaForm = "sha256-of-checksum" }: XarSigning): Uint8Array {
  return rsaForm === "sha256-of-checksum" ? signer.sign(checksum, "sha256") : signer.sign(packedToc, "sha1");
}

function padded(cms: SignedCms, token: Uint8Array | undefined, size: number): Buffer {
  if (token !== undefined) requireTimestampOf(cms.signature, token);
  const bytes = cms.bytes(token && { token, attribute: oids.timestampToken });
  if (bytes.length > size) {
    throw refusal("SLW-KEY", `The timestamp has ${token?.length} bytes; a package has room for ${timestampRoom}.`);
  }
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}
