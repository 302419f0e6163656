import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { sha256 } from "../digest.ts";
import { refusal, SlipwayError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { type ChannelEntry, parseEntry } from "./entry.ts";
import { channelPath, roleName, timestampPath } from "./layout.ts";
import { limits } from "./metadata.ts";
import { bucketUrl, StoreFetcher } from "./store-fetcher.ts";

/**
 * A channel's entry as any TUF client sees it, verified from `trustedRootText` on. `cacheFolder` (made where it is
 * missing) remembers what was seen, so that an older state that somebody puts back is refused. Refuses (SLW-CHANNEL)
 * whatever does not verify, is expired, or is older than what was seen.
 */
export async function openChannel(
  store: Store,
  trustedRootText: string,
  product: string,
  channel: string,
  cacheFolder: string,
): Promise<ChannelEntry> {
  roleName(product, channel);
  // Each trust has its own memory: numbers seen under one say nothing about another.
  const folder = join(cacheFolder, sha256(trustedRootText).slice(0, 16));
  await mkdir(folder, { recursive: true });
  await rememberRoot(join(folder, "root.json"), trustedRootText);
  const path = channelPath(product, channel);
  const name = `channel ${channel} of ${product}`;
  try {
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: `${bucketUrl}tuf/`,
      targetDir: folder,
      targetBaseUrl: bucketUrl,
      fetcher: new StoreFetcher(store, limits.targets),
    });
    await updater.refresh();
    const target = await updater.getTargetInfo(path);
    if (target === undefined) throw refusal("SLW-CHANNEL", `The bucket has no ${name}.`);
    const file = (await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target));
    return parseEntry(await readFile(file, "utf8"), `the entry of ${name}`);
  } catch (error) {
    throw asRefusal(error, name);
  }
}

async function rememberRoot(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** tuf-js names what it found in its messages, and wraps some of its errors in others as text. */
function asRefusal(error: unknown, name: string): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").slice(0, 300);
  const kind = error instanceof Error ? error.constructor.name : "";
  const [said, hint] = sentence(kind, text);
  return refusal("SLW-CHANNEL", `${name}: ${said} (${text}).`, { hint });
}

function sentence(kind: string, text: string): readonly [said: string, hint: string] {
  const owner = "The stack that moves the channel repairs it with its next update.";
  if (kind === "ExpiredMetadataError" || /expired/.test(text)) return ["its signed metadata is expired", owner];
  if (kind === "BadVersionError" || /less than current version/.test(text)) {
    return [`the bucket is older than what was seen before: somebody put back an old ${timestampPath}`, owner];
  }
  if (kind === "UnsignedMetadataError" || /was signed by/.test(text)) {
    const hint = "After a new trust (the root key was lost) readers need the new root; ask its owner, do not guess.";
    return ["the bucket is not signed by the keys that this root trusts", hint];
  }
  if (/not in the bucket|Cannot read properties of undefined/.test(text)) return ["nothing is in force there", owner];
  return ["its signed metadata does not verify", owner];
}
