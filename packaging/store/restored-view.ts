import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Store } from "./store.ts";

/**
 * A bucket as it will be once `texts`, which it lost, are back in their places: for planning, which writes nothing.
 * What the bucket does hold counts before a text of the same path.
 */
export function restoredView(store: Store, texts: Readonly<Record<string, string>>): Store {
  const restored = new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
  const orRestored = async <T>(path: string, found: T | undefined, give: (bytes: Buffer) => T) => {
    const bytes = found === undefined ? restored.get(path) : undefined;
    return bytes === undefined ? found : give(bytes);
  };
  const writesNothing = async (path: string): Promise<never> => {
    throw new Error(`${path}: a plan writes nothing`);
  };
  return {
    list: async (prefix) => {
      const there = await store.list(prefix);
      const known = new Set(there.map(({ path }) => path));
      const missing = [...restored].filter(([path]) => path.startsWith(prefix) && !known.has(path));
      return [...there, ...missing.map(([path, { length }]) => ({ path, size: length }))].sort((a, b) =>
        byBytes(a.path, b.path),
      );
    },
    stat: async (path) => orRestored(path, await store.stat(path), ({ length }) => ({ path, size: length })),
    digest: async (path) => orRestored(path, await store.digest(path), (bytes) => sha256(bytes)),
    keptDigest: async (path) => orRestored(path, await store.keptDigest(path), (bytes) => sha256(bytes)),
    read: async (path, limit) =>
      orRestored(path, await store.read(path, limit), (bytes) => {
        if (bytes.length > limit) throw refusal("SLW-STORE", `${path} is larger than ${limit} bytes.`);
        return bytes;
      }),
    download: (path, file) => store.download(path, file),
    create: writesNothing,
    replace: writesNothing,
  };
}
