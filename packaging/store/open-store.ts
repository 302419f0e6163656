import { directoryStore } from "./directory.ts";
import { isS3Location, parseS3Location, whyNoLocation } from "./location.ts";
import { s3Store } from "./s3/s3-store.ts";
import type { Store } from "./store.ts";
import { rememberingStore } from "./written-once.ts";

/** Stores of S3 that this process has opened: each holds connections, which all that it does shares. */
const opened = new Map<string, Store>();

/**
 * The store at a location: `s3://...` (location.ts), or a folder, whose path `folderOf` makes absolute. Nothing is asked of a
 * service, and nothing of AWS's client is loaded, before the store is used.
 * @throws SlipwayError SLW-STORE where it is the location of neither; what `folderOf` throws.
 */
export function openStore(location: string, folderOf: (folder: string) => string = (folder) => folder): Store {
  if (!isS3Location(location) && whyNoLocation(location) === undefined) return directoryStore(folderOf(location));
  const known = opened.get(location);
  if (known !== undefined) return known;
  const store = rememberingStore(s3Store(parseS3Location(location)));
  opened.set(location, store);
  return store;
}
