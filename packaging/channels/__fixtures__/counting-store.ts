import type { Store } from "../../store/store.ts";

/** What is asked of a store, numbers and digests left out. */
export function countingStore(store: Store): { readonly store: Store; readonly asked: string[] } {
  const asked: string[] = [];
  const note = <T>(what: string, path: string, answer: Promise<T>): Promise<T> => {
    asked.push(`${what} ${path.replace(/[0-9a-f]{64}|\d+(?=\.)/g, "N")}`);
    return answer;
  };
  return {
    asked,
    store: {
      ...store,
      list: (prefix) => note("list", prefix, store.list(prefix)),
      stat: (path) => note("stat", path, store.stat(path)),
      digest: (path) => note("digest", path, store.digest(path)),
      keptDigest: (path) => note("digest", path, store.keptDigest(path)),
      read: (path, limit) => note("read", path, store.read(path, limit)),
      create: (path, bytes) => note("create", path, store.create(path, bytes)),
      replace: (path, bytes, expected) => note("replace", path, store.replace(path, bytes, expected)),
    },
  };
}
