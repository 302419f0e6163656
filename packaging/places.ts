import { statSync } from "node:fs";
import path from "node:path";
import { BuildCache } from "./builds/cache.ts";
import { refusal } from "./errors.ts";
import type { SharedCache } from "./shared-cache/shared-cache.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";

/** The folders and stores that planning and publishing work in. */
export interface Places {
  /** The folder that holds Pulumi.yaml; the working directory of the program and of the provider process alike. */
  readonly projectRoot: string;
  /** What this machine may lose: payloads and built artifacts. Never named in state, records or diffs. */
  readonly cacheFolder: string;
  readonly cache: BuildCache;
  readonly store: Store;
  /** What other machines have built, where the stack shares it. */
  readonly shared?: SharedCache;
  /** Hears of downloads while they are under way. */
  readonly progress: (line: string) => void;
}

/**
 * The places of a stack with this bucket; `notice` hears of each damaged cache entry, `progress` of downloads. A relative folder counts from the
 * project's, so that no path of a machine reaches the state.
 */
export function placesOf(
  bucket: string,
  notice: (sentence: string) => void = () => {},
  progress: (line: string) => void = () => {},
): Places {
  const local = localPlaces(notice);
  return {
    ...local,
    store: openStore(bucket, (folder) => requireFolder(path.resolve(local.projectRoot, folder), folder)),
    progress,
  };
}

/** The places of this machine alone, for what has no bucket to do with. */
export function localPlaces(
  notice: (sentence: string) => void = () => {},
): Pick<Places, "projectRoot" | "cacheFolder" | "cache"> {
  const projectRoot = process.cwd();
  const cacheFolder = path.join(projectRoot, ".slipway", "cache");
  return { projectRoot, cacheFolder, cache: new BuildCache(cacheFolder, notice) };
}

function requireFolder(folder: string, setting: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw refusal("SLW-STORE", `slipway:bucket names ${setting}, which is a file: a bucket is a folder, or s3://NAME`, {
      hint: "Name a folder; it is made with the first write.",
    });
  }
  return folder;
}
