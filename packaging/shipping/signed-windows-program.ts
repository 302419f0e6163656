import { open } from "node:fs/promises";
import type { BuildCache } from "../builds/cache.ts";
import { readPeLayout } from "../formats/windows/program/pe-layout.ts";
import type { FileEntry } from "../staging/tree.ts";
import type { Identity } from "./identities.ts";
import { signedFile } from "./signed-file.ts";
import type { SignedProduct } from "./signed-tree.ts";

const programNames = /\.(?:exe|dll)$/i;

/**
 * A file of a tree for Windows as it is shipped: a program is signed, one that is signed already and all others stay as they
 * are. Undefined where that needs a key that is not at hand.
 */
export async function signedWindowsProgram(
  entry: FileEntry,
  { product, epoch }: SignedProduct,
  identity: Identity,
  cache: BuildCache,
): Promise<FileEntry | undefined> {
  const { path, size, sha256, content } = entry;
  if (content.kind !== "disk" || size === 0 || !programNames.test(path)) return entry;
  const { file } = content;
  if (await isSigned(file, size)) return entry;
  const signable = { kind: "program", content: { size, sha256, file }, epoch, description: product } as const;
  const signed = await signedFile(signable, identity, cache);
  if (signed === undefined) return undefined;
  return { ...entry, size: signed.size, sha256: signed.sha256, content: { kind: "disk", file: signed.file } };
}

async function isSigned(file: string, size: number): Promise<boolean> {
  const handle = await open(file);
  try {
    return (await readPeLayout(handle, size)).certificates !== undefined;
  } finally {
    await handle.close();
  }
}
