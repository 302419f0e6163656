import path from "node:path";
import { BuildCache } from "./builds/cache.ts";
import { directoryStore } from "./store/directory.ts";
import type { Store } from "./store/store.ts";

/** The folders and stores that planning and publishing work in. */
export interface Places {
  /** The folder that holds Pulumi.yaml; the working directory of the program and of the provider process alike. */
  readonly projectRoot: string;
  /** What this machine may lose: payloads and built artifacts. Never named in state, records or diffs. */
  readonly cacheFolder: string;
  readonly cache: BuildCache;
  readonly store: Store;
}

/**
 * The places of a stack with this bucket; `notice` hears of each damaged cache entry. A relative bucket counts from the
 * project's folder, so that no path of a machine reaches the state.
 */
export function placesOf(bucket: string, notice: (sentence: string) => void = () => {}): Places {
  const projectRoot = process.cwd();
  const cacheFolder = path.join(projectRoot, ".slipway", "cache");
  return {
    projectRoot,
    cacheFolder,
    cache: new BuildCache(cacheFolder, notice),
    store: directoryStore(path.resolve(projectRoot, bucket)),
  };
}
