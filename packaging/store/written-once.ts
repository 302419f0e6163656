import type { Store } from "./store.ts";

/** Largest object that is remembered, and all of them together, in bytes. */
const largestKept = 256 << 10;
const mostKept = 16 << 20;

/** Releases, numbered TUF metadata, channel entries and indices under their own digests: create-only but for repair. */
const writtenOnce = /^(?:releases\/|tuf\/[1-9][0-9]*\.|channels\/[^/]+\/[0-9a-f]{64}\.|dists\/.+\/by-hash\/)/;

/**
 * A bucket whose small objects that are written once this process reads once: with each request on its way for tens of
 * milliseconds, what each resource reads for itself would be most of an update. Only `read` answers from memory, and only
 * with what was there: what is missing may come, and `stat` and the digests, by which damage is looked for, always ask. A
 * repair by this process is remembered as it is written; one by another is seen by the next run.
 */
export function rememberingStore(store: Store): Store {
  const texts = new Map<string, Uint8Array>();
  let kept = 0;
  /** Begun and ended writes: what was read across one may be what was there before it. */
  let writes = 0;
  const forget = (path: string) => {
    kept -= texts.get(path)?.length ?? 0;
    texts.delete(path);
  };
  const remember = (path: string, bytes: Uint8Array | undefined) => {
    if (bytes === undefined || bytes.length > largestKept || !writtenOnce.test(path)) return;
    forget(path);
    texts.set(path, bytes);
    kept += bytes.length;
    for (const oldest of texts.keys()) {
      if (kept <= mostKept) return;
      forget(oldest);
    }
  };
  const writing = async <T>(path: string, write: () => Promise<T>): Promise<T> => {
    writes += 1;
    try {
      return await write();
    } finally {
      writes += 1;
      forget(path);
    }
  };
  return {
    list: (prefix) => store.list(prefix),
    stat: (path) => store.stat(path),
    digest: (path) => store.digest(path),
    keptDigest: (path) => store.keptDigest(path),
    read: async (path, limit) => {
      const known = texts.get(path);
      if (known !== undefined && known.length <= limit) return known;
      const before = writes;
      const found = await store.read(path, limit);
      if (writes === before) remember(path, found);
      return found;
    },
    download: (path, file, limit) => store.download(path, file, limit),
    create: async (path, bytes) => {
      const answer = await writing(path, () => store.create(path, bytes));
      if (bytes instanceof Uint8Array) remember(path, bytes);
      return answer;
    },
    replace: async (path, bytes, expected) => {
      const isWritten = await writing(path, () => store.replace(path, bytes, expected));
      if (isWritten && bytes instanceof Uint8Array) remember(path, bytes);
      return isWritten;
    },
  };
}
