import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { collect } from "../../../containers/member-content.ts";
import type { X509Signer } from "../../../signing/signer.ts";
import { signedAt, testSigner } from "../../../signing/x509/__fixtures__/identities.ts";
import { writeHashed } from "../../write-hashed.ts";
import { writePkg } from "../pkg.ts";
import { writeSignedPkg } from "../sign-pkg.ts";
import { pkgJob } from "./job.ts";

/** The bytes of a small signed package; `folder` is used on the way. */
export async function signedPkg(folder: string, job = pkgJob(), by?: X509Signer): Promise<Buffer> {
  const plain = join(folder, "unsigned.pkg");
  const writing = { spool: join(folder, "spool"), packed: () => undefined };
  const { size } = await writeHashed(writePkg(job, writing), plain, "sha256");
  const signer = by ?? (await testSigner("apple-installer"));
  const file = await open(plain);
  try {
    return await collect(writeSignedPkg(file, size, job.epoch, { signer, signedAt }, () => undefined));
  } finally {
    await file.close();
    await rm(plain);
  }
}
