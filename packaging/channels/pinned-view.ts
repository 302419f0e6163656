import type { Root } from "@tufjs/models";
import { byBytes } from "../byte-order.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { readText, rootPath } from "./layout.ts";
import { limits, parseRoot, signsFor, type TufFile } from "./metadata.ts";
import { listTufFiles } from "./tuf-files.ts";

/** Where TUF roots lie. */
export const rootFile = /^tuf\/\d+\.root\.json$/;

/**
 * A bucket as a stack sees it that trusts one root: roots before that one and such as do not follow from it are not there,
 * for whoever can write the bucket can put any there. Each next root is signed by the one before and by itself (TUF
 * specification, section 5.3). Refuses (SLW-CHANNEL) a text that is no root, and a root in the bucket above those that
 * follow: clients would stop at it.
 */
export async function pinnedView(store: Store, trustedRoot: string): Promise<Store> {
  const pinned = parseRoot(trustedRoot);
  if (pinned === undefined || !signsFor(pinned.metadata, "root", pinned)) {
    throw refusal("SLW-CHANNEL", "slipway:root names a file that is no TUF root", {
      setting: ["root"],
      hint: "Copy keys/tuf-root.json of the bucket once, and compare its key with the bucket's owner.",
    });
  }
  const texts = await following(store, pinned);
  return withRoots(store, texts);
}

/** A bucket whose TUF roots are these texts, by path, whatever others lie there. */
export function withRoots(store: Store, texts: ReadonlyMap<string, string>): Store {
  const hidden = (path: string) => rootFile.test(path) && !texts.has(path);
  const seen = async <T>(path: string, there: () => Promise<T | undefined>, give: (text: string) => T) => {
    const text = texts.get(path);
    if (text !== undefined) return give(text);
    return hidden(path) ? undefined : there();
  };
  return {
    list: async (prefix) => {
      const there = (await store.list(prefix)).filter(({ path }) => !rootFile.test(path));
      const roots = [...texts].filter(([path]) => path.startsWith(prefix));
      const sized = roots.map(([path, text]) => ({ path, size: Buffer.byteLength(text) }));
      return [...there, ...sized].sort((a, b) => byBytes(a.path, b.path));
    },
    stat: (path) =>
      seen(
        path,
        () => store.stat(path),
        (text) => ({ path, size: Buffer.byteLength(text) }),
      ),
    digest: (path) => seen(path, () => store.digest(path), sha256),
    keptDigest: (path) => seen(path, () => store.keptDigest(path), sha256),
    read: (path, limit) =>
      seen<Uint8Array>(
        path,
        () => store.read(path, limit),
        (text) => Buffer.from(text),
      ),
    download: (path, file) => store.download(path, file),
    create: (path, bytes) => store.create(path, bytes),
    replace: (path, bytes, expected) => store.replace(path, bytes, expected),
  };
}

/** The texts of the pinned root and of those that follow from it, by path. */
async function following(store: Store, pinned: TufFile<Root>): Promise<ReadonlyMap<string, string>> {
  const texts = new Map([[rootPath(pinned.version), pinned.text]]);
  const versions = (await listTufFiles(store)).roots.filter((version) => version > pinned.version);
  let last = pinned;
  for (const version of versions) {
    const path = rootPath(version);
    const file = parseRoot(await readText(store, path, limits.root));
    // What does not sign itself is damage, and says nothing.
    if (file?.version !== version || !signsFor(file.metadata, "root", file)) continue;
    if (version !== last.version + 1 || !signsFor(last.metadata, "root", file)) {
      throw refusal("SLW-CHANNEL", `${path} does not follow from root ${last.version}, which this stack trusts`, {
        hint: "Somebody put it there; or the root key was lost, and slipway:root is to name the new root once it was compared with the bucket's owner.",
      });
    }
    texts.set(path, file.text);
    last = file;
  }
  return texts;
}
