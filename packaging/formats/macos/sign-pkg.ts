import type { WriteContext } from "../format.ts";
import { archivedPkg } from "./pkg.ts";
import type { PkgJob } from "./pkg-options.ts";
import { type SignedXar, writeSignedXar, type XarSigning } from "./sign-xar.ts";

/**
 * A macOS package with its signatures, from the job of the unsigned one, whose files and digest it has: see `writePkg` and
 * `writeSignedXar`. Apart from `writePkg`, which is in no need of the libraries of signing.
 */
export function writeSignedPkg(
  job: PkgJob,
  context: WriteContext,
  signing: XarSigning,
  signed: (facts: SignedXar) => void,
): AsyncGenerator<Uint8Array> {
  return archivedPkg(job, context, (files) => writeSignedXar(files, job.epoch, signing, signed));
}
