import { sha256 } from "../digest.ts";
import type { Store } from "../store/store.ts";
import { type Numbering, pageLimit, statedNumber } from "./places.ts";

/** A page as it was written: what a refresh compares with. */
export interface PublishedPage {
  readonly number: number;
  readonly sha256: string;
}

/** What lies where a page belongs: its digest, and the number that it states. */
export async function readPage(
  store: Store,
  { path, numbering }: { readonly path: string; readonly numbering: Numbering },
): Promise<{ readonly sha256: string | undefined; readonly number: number }> {
  const size = (await store.stat(path))?.size ?? 0;
  const bytes = size > pageLimit ? undefined : await store.read(path, pageLimit);
  if (bytes === undefined) return { sha256: await store.digest(path), number: 0 };
  return { sha256: sha256(bytes), number: statedNumber(Buffer.from(bytes).toString(), numbering) };
}
