import { open } from "node:fs/promises";
import type { BuildCache } from "../builds/cache.ts";
import { readPeLayout } from "../formats/windows/program/pe-layout.ts";
import { sideBySide } from "../side-by-side.ts";
import type { FileEntry, Tree, TreeEntry } from "../staging/tree.ts";
import type { Identity } from "./identities.ts";
import { signedFile } from "./signed-file.ts";

const programNames = /\.(?:exe|dll)$/i;

/** The product whose programs are signed, and its only clock. */
export interface SignedProduct {
  readonly product: string;
  readonly epoch: number;
}

/**
 * The tree with its Windows programs signed; those that are signed already stay as they are. The same tree where there is
 * nothing to sign; undefined where that needs a key that is not at hand.
 */
export async function signedTree(
  tree: Tree,
  by: SignedProduct,
  identity: Identity,
  cache: BuildCache,
): Promise<Tree | undefined> {
  const entries = await sideBySide(tree.entries, 1, async (entry): Promise<TreeEntry | undefined> => {
    return isProgram(entry) ? signedProgram(entry, by, identity, cache) : entry;
  });
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) return undefined;
  return known.every((entry, at) => entry === tree.entries[at]) ? tree : { entries: known };
}

function isProgram(entry: TreeEntry): entry is FileEntry {
  return entry.type === "file" && entry.size > 0 && programNames.test(entry.path);
}

async function signedProgram(
  entry: FileEntry,
  { product, epoch }: SignedProduct,
  identity: Identity,
  cache: BuildCache,
): Promise<FileEntry | undefined> {
  const { size, sha256, content } = entry;
  if (content.kind !== "disk" || (await isSigned(content.file, size))) return entry;
  const { file } = content;
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
