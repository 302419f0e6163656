import type { FileHandle } from "node:fs/promises";
import { refusal } from "../../errors.ts";
import { type SignedXar, writeSignedXar, type XarSigning } from "./sign-xar.ts";
import { openXar, type ReadXarMember } from "./xar-reader.ts";
import type { XarFile } from "./xar-toc.ts";

/**
 * Writes an unsigned macOS package of ours anew, with its signatures: see `writeSignedXar`. Nothing is compressed again.
 * `epoch` is that of the package's job. Equal files, identities and times give equal bytes; that `signed` says the unsigned
 * file's own digest proves that nothing else in it has changed. Refuses (SLW-FORMAT) a package that is signed.
 */
export async function* writeSignedPkg(
  file: FileHandle,
  size: number,
  epoch: number,
  signing: XarSigning,
  signed: (facts: SignedXar) => void,
): AsyncGenerator<Uint8Array> {
  const { members, signatures } = await openXar(file, size);
  if (signatures.length > 0) {
    throw refusal("SLW-FORMAT", "The macOS package is signed already.", { hint: "Sign the unsigned one." });
  }
  yield* writeSignedXar(members.flatMap(filed), epoch, signing, signed);
}

/** A member as it lies in the archive. */
function filed({ path, data, stored }: ReadXarMember): readonly XarFile[] {
  if (data === undefined) return [];
  const { encoding, size, length, extracted, archived } = data;
  const digests = { extractedSha1: extracted.hex, archivedSha1: archived.hex };
  return [{ path, data: { encoding, size, length, ...digests, content: stored } }];
}
