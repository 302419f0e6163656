import { sha256 } from "../digest.ts";
import type { ObjectBytes } from "./store.ts";

/** What the giver of the bytes says of them; a store checks it while it copies a file. */
export function promisedOf(bytes: ObjectBytes): { readonly size: number; readonly sha256: string } {
  if (bytes instanceof Uint8Array) return { size: bytes.length, sha256: sha256(bytes) };
  return { size: bytes.size, sha256: bytes.sha256 };
}
