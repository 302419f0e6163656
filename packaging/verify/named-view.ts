import { byBytes } from "../byte-order.ts";
import { sideBySide } from "../side-by-side.ts";
import type { Store, StoredObject } from "../store/store.ts";

const statsAtOnce = 8;

/** A bucket that cannot be listed, with the names that it names itself in a listing's place: those of them that are there. */
export function namedView(store: Store, names: ReadonlySet<string>): Store {
  return {
    list: async (prefix) => {
      const paths = [...names].filter((path) => path.startsWith(prefix)).sort(byBytes);
      const found = await sideBySide(paths, statsAtOnce, (path) => store.stat(path));
      return found.filter((it): it is StoredObject => it !== undefined);
    },
    stat: (path) => store.stat(path),
    digest: (path) => store.digest(path),
    keptDigest: (path) => store.keptDigest(path),
    read: (path, limit) => store.read(path, limit),
    download: (path, file) => store.download(path, file),
    create: (path, bytes) => store.create(path, bytes),
    replace: (path, bytes, expected) => store.replace(path, bytes, expected),
  };
}
