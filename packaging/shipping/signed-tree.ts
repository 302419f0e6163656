import type { BuildCache } from "../builds/cache.ts";
import { sideBySide } from "../side-by-side.ts";
import type { FileEntry, Tree, TreeEntry } from "../staging/tree.ts";
import type { Identity } from "./identities.ts";

/** The product whose programs are signed, and its only clock. */
export interface SignedProduct {
  readonly product: string;
  readonly epoch: number;
}

/** Signs a file where it is a program that nobody has signed; undefined where that needs a key that is not at hand. */
type ProgramSigner = (
  entry: FileEntry,
  by: SignedProduct,
  identity: Identity,
  cache: BuildCache,
) => Promise<FileEntry | undefined>;

/**
 * The tree with its programs signed. The same tree where there is nothing to sign; undefined where that needs a key that is
 * not at hand.
 */
export async function signedTree(
  tree: Tree,
  by: SignedProduct,
  identity: Identity,
  cache: BuildCache,
  sign: ProgramSigner,
): Promise<Tree | undefined> {
  const entries = await sideBySide(tree.entries, 1, async (entry): Promise<TreeEntry | undefined> => {
    return entry.type === "file" ? sign(entry, by, identity, cache) : entry;
  });
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) return undefined;
  return known.every((entry, at) => entry === tree.entries[at]) ? tree : { entries: known };
}
