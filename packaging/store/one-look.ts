import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Store, StoredObject } from "./store.ts";

/** Largest object that is remembered whole, and all of them together, in bytes. */
const largestKept = 4 << 20;
const mostKept = 64 << 20;

/**
 * A bucket at one moment, for somebody who only reads: each object is asked for once, so that what is said of it in two
 * places is said of the same bytes. What is large is read again; its size and its digest are not.
 */
export function oneLook(store: Store): Store {
  const stats = new Map<string, Promise<StoredObject | undefined>>();
  const digests = new Map<string, Promise<string | undefined>>();
  const texts = new Map<string, Uint8Array | undefined>();
  let kept = 0;
  const read = async (path: string, limit: number): Promise<Uint8Array | undefined> => {
    const known = texts.get(path);
    if (known !== undefined && known.length > limit) {
      throw refusal("SLW-STORE", `${path} is larger than ${limit} bytes.`);
    }
    if (texts.has(path)) return known;
    const found = await store.read(path, limit);
    const size = found?.length ?? 0;
    if (size <= largestKept && kept + size <= mostKept) {
      texts.set(path, found);
      kept += size;
    }
    return found;
  };
  const digest = async (path: string): Promise<string | undefined> => {
    if (!texts.has(path)) return once(digests, path, () => store.digest(path));
    const known = texts.get(path);
    return known && sha256(known);
  };
  return {
    list: (prefix) => store.list(prefix),
    stat: async (path) => {
      if (!texts.has(path)) return once(stats, path, () => store.stat(path));
      const known = texts.get(path);
      return known && { path, size: known.length };
    },
    digest,
    keptDigest: digest,
    read,
    download: (path, file) => store.download(path, file),
    create: (path, bytes) => store.create(path, bytes),
    replace: (path, bytes, expected) => store.replace(path, bytes, expected),
  };
}

function once<T>(known: Map<string, Promise<T>>, path: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(path) ?? ask();
  known.set(path, answer);
  return answer;
}
