import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { type Numbering, pageLimit, statedNumber } from "./places.ts";

/** A page as it was written: what a refresh compares with. */
export interface PublishedPage {
  readonly number: number;
  readonly sha256: string;
  /** SHA-256 of what its signature is of: another stack's page of the same text is no other page. Not in older states. */
  readonly signed?: string;
}

/** What lies where a page belongs. */
export interface FoundPage {
  /** Undefined where nothing is there. */
  readonly sha256: string | undefined;
  /** The number that it states. */
  readonly number: number;
  /** None of what is larger than a page may be. */
  readonly bytes: Uint8Array;
}

/** Reads what lies where a page belongs. */
export async function readPage(
  store: Store,
  { path, numbering }: { readonly path: string; readonly numbering: Numbering },
): Promise<FoundPage> {
  const size = (await store.stat(path))?.size ?? 0;
  const bytes = size > pageLimit ? undefined : await store.read(path, pageLimit);
  if (bytes === undefined) return { sha256: await store.digest(path), number: 0, bytes: new Uint8Array() };
  return { sha256: sha256(bytes), number: statedNumber(Buffer.from(bytes).toString(), numbering), bytes };
}
