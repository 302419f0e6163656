import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Store } from "../store/store.ts";

const attempts = 20;

/**
 * Makes an object that may change what it should be now: leaves equal bytes alone, and writes only over what was looked
 * at a moment ago.
 */
export async function settle(store: Store, path: string, bytes: Uint8Array): Promise<void> {
  const wanted = sha256(bytes);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await store.digest(path);
    if (found === wanted || (await store.replace(path, bytes, found))) return;
  }
  throw refusal("SLW-STORE", `${path} kept changing while it was written: let the other updates end, then run again`);
}

/** The same for objects whose text the state keeps, by path. */
export async function settleTexts(store: Store, texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) await settle(store, path, Buffer.from(text));
}

/** What a refresh compares such objects with. */
export function digestsOf(texts: Readonly<Record<string, string>>): readonly { path: string; sha256: string }[] {
  return Object.entries(texts).map(([path, text]) => ({ path, sha256: sha256(text) }));
}
