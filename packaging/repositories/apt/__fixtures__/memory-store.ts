import { byBytes } from "../../../byte-order.ts";
import { sha256 } from "../../../digest.ts";
import { refusal } from "../../../errors.ts";
import type { ObjectBytes, Store } from "../../../store/store.ts";

/** A store for tests: its objects are a map, and `beforeWrite` sees each write first and may throw or interfere. */
export interface MemoryStore extends Store {
  readonly objects: Map<string, Uint8Array>;
  readonly writes: string[];
  beforeWrite: (path: string) => void | Promise<void>;
}

export function memoryStore(objects: ReadonlyMap<string, Uint8Array> = new Map()): MemoryStore {
  const held = new Map(objects);
  const digest = (path: string): string | undefined => {
    const bytes = held.get(path);
    return bytes === undefined ? undefined : sha256(bytes);
  };
  const write = (path: string, bytes: ObjectBytes): void => {
    if (!(bytes instanceof Uint8Array)) throw new Error("this store takes bytes only");
    held.set(path, bytes);
    store.writes.push(path);
  };
  const store: MemoryStore = {
    objects: held,
    writes: [],
    beforeWrite: () => undefined,
    list: async (prefix) =>
      [...held]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, bytes]) => ({ path, size: bytes.length }))
        .sort((a, b) => byBytes(a.path, b.path)),
    stat: async (path) => {
      const bytes = held.get(path);
      return bytes === undefined ? undefined : { path, size: bytes.length };
    },
    digest: async (path) => digest(path),
    keptDigest: async (path) => digest(path),
    read: async (path, limit) => {
      if ((held.get(path)?.length ?? 0) > limit) throw refusal("SLW-STORE", `${path} is too large`);
      return held.get(path);
    },
    download: async () => {
      throw new Error("this store downloads nothing");
    },
    create: async (path, bytes) => {
      await store.beforeWrite(path);
      if (held.has(path)) throw refusal("SLW-STORE-CONFLICT", path);
      write(path, bytes);
      return "created";
    },
    replace: async (path, bytes, expected) => {
      await store.beforeWrite(path);
      if (digest(path) !== expected) return false;
      write(path, bytes);
      return true;
    },
  };
  return store;
}
