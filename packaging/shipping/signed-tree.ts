import { open } from "node:fs/promises";
import type { BuildCache } from "../builds/cache.ts";
import { readPeLayout } from "../formats/windows/program/pe-layout.ts";
import { sideBySide } from "../side-by-side.ts";
import type { FileEntry, Tree, TreeEntry } from "../staging/tree.ts";
import type { Identity } from "./identities.ts";
import { type Signable, signedFile } from "./signed-file.ts";
import type { Timestamps } from "./timestamps.ts";

const programNames = /\.(?:exe|dll)$/i;

/** The product whose programs are signed, and its only clock. */
export interface SignedProduct {
  readonly product: string;
  readonly epoch: number;
}

/** A tree with its programs signed. */
export interface SignedTree {
  /** The same tree where there was nothing to sign. */
  readonly tree: Tree;
  /** Paths of programs whose signatures wait for a timestamp. */
  readonly waiting: readonly string[];
}

/**
 * The tree with its Windows programs signed; those that are signed already stay as they are. Undefined where that needs a key
 * that is not at hand.
 */
export async function signedTree(
  tree: Tree,
  by: SignedProduct,
  identity: Identity,
  cache: BuildCache,
  timestamps?: Timestamps,
): Promise<SignedTree | undefined> {
  const waiting: string[] = [];
  const entries = await sideBySide(tree.entries, 1, async (entry): Promise<TreeEntry | undefined> => {
    if (!isProgram(entry)) return entry;
    const program = await unsignedProgram(entry, by);
    if (program === undefined) return entry;
    const signed = await signedFile(program, identity, cache, timestamps);
    if (signed === undefined) return undefined;
    if (signed.waits) waiting.push(entry.path);
    const { size, sha256, file } = signed.built;
    return { ...entry, size, sha256, content: { kind: "disk", file } };
  });
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) return undefined;
  return { tree: known.every((entry, at) => entry === tree.entries[at]) ? tree : { entries: known }, waiting };
}

function isProgram(entry: TreeEntry): entry is FileEntry {
  return entry.type === "file" && entry.size > 0 && programNames.test(entry.path);
}

async function unsignedProgram(
  { size, sha256, content }: FileEntry,
  { product, epoch }: SignedProduct,
): Promise<Signable | undefined> {
  if (content.kind !== "disk" || (await isSigned(content.file, size))) return undefined;
  const { file } = content;
  return { kind: "program", content: { size, sha256, file }, epoch, description: product };
}

async function isSigned(file: string, size: number): Promise<boolean> {
  const handle = await open(file);
  try {
    return (await readPeLayout(handle, size)).certificates !== undefined;
  } finally {
    await handle.close();
  }
}
