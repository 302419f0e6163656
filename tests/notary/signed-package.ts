import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { signedPkg } from "../../packaging/formats/macos/__fixtures__/signed-pkg.ts";

/** A small signed package in a folder of its own. */
export async function signedPackage(t: TestContext) {
  const folder = await scratch(t);
  const bytes = await signedPkg(folder);
  const file = join(folder, "courier-1.2.0.pkg");
  await writeFile(file, bytes);
  return { folder, file, bytes, name: "courier-1.2.0.pkg", sha256: sha256(bytes), size: bytes.length };
}
