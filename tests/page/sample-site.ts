import { join } from "node:path";
import { BuildCache } from "../../packaging/builds/cache.ts";
import { fillSampleBucket, newPageSigner, sampleSettings } from "../../packaging/page/__fixtures__/sample-bucket.ts";
import { publishPages } from "../../packaging/page/publish-pages.ts";
import { directoryStore } from "../../packaging/store/directory.ts";

/** Channels of the sample bucket, all of which get a page. */
const channels = [
  { product: "runtime", channel: "stable" },
  { product: "runtime", channel: "candidate" },
  { product: "runtime-archive-keyring", channel: "stable" },
];

/** Publishes the sample bucket with its pages into a folder, and returns the bucket's own folder. */
export async function writeSampleSite(scratch: string, { files = false } = {}): Promise<string> {
  const bucket = join(scratch, "bucket");
  const store = directoryStore(bucket);
  await fillSampleBucket(store, { files });
  const cacheFolder = join(scratch, "cache");
  const at = { store, cache: new BuildCache(cacheFolder, () => {}), cacheFolder };
  await publishPages(at, channels, sampleSettings, { signer: await newPageSigner(), root: undefined }, () => {});
  return bucket;
}
