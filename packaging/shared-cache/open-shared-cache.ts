import path from "node:path";
import type { SharedCacheSetting } from "../cache-settings.ts";
import { sha256 } from "../digest.ts";
import type { Places } from "../places.ts";
import { keySource } from "../setting-values.ts";
import { ed25519Public, openEd25519 } from "../signing/ed25519.ts";
import { isAtHand } from "../signing/key-source.ts";
import { openStore } from "../store/open-store.ts";
import { SharedCache } from "./shared-cache.ts";
import { WaitingUploads } from "./waiting-uploads.ts";

/**
 * The cache that a stack shares with other machines. A relative location counts from the project's folder, as the bucket's
 * does. Where the private half is not at hand (the preview of a pull request), it is read and not filled. Asks for nothing yet.
 */
export function openSharedCache(
  { location, key: setting }: SharedCacheSetting,
  { projectRoot, cacheFolder, cache }: Pick<Places, "projectRoot" | "cacheFolder" | "cache">,
  warn: (sentence: string) => void,
): SharedCache {
  const key = setting && ed25519Public(setting.public);
  const source = setting?.source && keySource(setting.source);
  const isSigning = key !== undefined && source !== undefined && isAtHand(source);
  return new SharedCache({
    store: openStore(location, (folder) => path.resolve(projectRoot, folder)),
    location,
    cache,
    waiting: new WaitingUploads(path.join(cacheFolder, "shared", sha256(`${location}\n${key?.keyid}`))),
    key,
    openSigner: isSigning ? () => openEd25519(key, source) : undefined,
    warn,
  });
}
