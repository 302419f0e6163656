import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { collect } from "../../packaging/containers/member-content.ts";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { pkgJob } from "../../packaging/formats/macos/__fixtures__/job.ts";
import { writeSignedPkg } from "../../packaging/formats/macos/sign-pkg.ts";
import { signedAt, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";

/** A small signed package in a folder of its own. */
export async function signedPackage(t: TestContext) {
  const folder = await scratch(t);
  const context = { spool: join(folder, "spool"), packed: () => undefined };
  const signer = await testSigner("apple-installer");
  const bytes = await collect(writeSignedPkg(pkgJob(), context, { signer, signedAt }, () => undefined));
  const file = join(folder, "courier-1.2.0.pkg");
  await writeFile(file, bytes);
  return { folder, file, bytes, name: "courier-1.2.0.pkg", sha256: sha256(bytes), size: bytes.length };
}
