import { open } from "node:fs/promises";
import { readPeLayout } from "../formats/windows/program/pe-layout.ts";
import type { FileEntry } from "../staging/tree.ts";
import { signedFile } from "./signed-file.ts";
import type { ProgramSigning, SignedProduct, SignedProgram } from "./signed-tree.ts";

const programNames = /\.(?:exe|dll)$/i;

/**
 * A file of a tree for Windows as it is shipped: a program is signed, one that is signed already and all others stay as they
 * are. Undefined where that needs a key that is not at hand.
 */
export async function signedWindowsProgram(
  entry: FileEntry,
  { product, epoch }: SignedProduct,
  { identity, cache, timestamps }: ProgramSigning,
): Promise<SignedProgram | undefined> {
  const { path, size, sha256, content } = entry;
  if (content.kind !== "disk" || size === 0 || !programNames.test(path)) return { entry, waits: false };
  const { file } = content;
  if (await isSigned(file, size)) return { entry, waits: false };
  const signable = { kind: "program", content: { size, sha256, file }, epoch, description: product } as const;
  const signed = await signedFile(signable, identity, cache, timestamps);
  if (signed === undefined) return undefined;
  const { built, waits } = signed;
  const own = { size: built.size, sha256: built.sha256, content: { kind: "disk", file: built.file } } as const;
  return { entry: { ...entry, ...own }, waits };
}

async function isSigned(file: string, size: number): Promise<boolean> {
  const handle = await open(file);
  try {
    return (await readPeLayout(handle, size)).certificates !== undefined;
  } finally {
    await handle.close();
  }
}
