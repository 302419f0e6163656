import type { BuildCache } from "../builds/cache.ts";
import { sideBySide } from "../side-by-side.ts";
import type { FileEntry, Tree, TreeEntry } from "../staging/tree.ts";
import type { Identity } from "./identities.ts";
import type { Timestamps } from "./timestamps.ts";

/** The product whose programs are signed, and its only clock. */
export interface SignedProduct {
  readonly product: string;
  readonly epoch: number;
}

/** What programs are signed with. */
export interface ProgramSigning {
  readonly identity: Identity;
  readonly cache: BuildCache;
  /** Unset: signatures have none. */
  readonly timestamps?: Timestamps | undefined;
}

/** A file as it is shipped; the same entry where nobody is to sign it. */
export interface SignedProgram {
  readonly entry: FileEntry;
  /** Its signature waits for a timestamp. */
  readonly waits: boolean;
}

/** Signs a file where it is a program that nobody has signed; undefined where that needs a key that is not at hand. */
type ProgramSigner = (
  entry: FileEntry,
  by: SignedProduct,
  signing: ProgramSigning,
) => Promise<SignedProgram | undefined>;

/** A tree with its programs signed. */
export interface SignedTree {
  /** The same tree where there was nothing to sign. */
  readonly tree: Tree;
  /** Paths of programs whose signatures wait for a timestamp. */
  readonly waiting: readonly string[];
}

/** The tree with its programs signed; undefined where that needs a key that is not at hand. */
export async function signedTree(
  tree: Tree,
  by: SignedProduct,
  signing: ProgramSigning,
  sign: ProgramSigner,
): Promise<SignedTree | undefined> {
  const waiting: string[] = [];
  const entries = await sideBySide(tree.entries, 1, async (entry): Promise<TreeEntry | undefined> => {
    if (entry.type !== "file") return entry;
    const signed = await sign(entry, by, signing);
    if (signed?.waits) waiting.push(entry.path);
    return signed?.entry;
  });
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) return undefined;
  return { tree: known.every((entry, at) => entry === tree.entries[at]) ? tree : { entries: known }, waiting };
}
