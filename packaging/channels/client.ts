import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { sha256 } from "../digest.ts";
import { refusal, SlipwayError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { type ChannelEntry, parseEntry } from "./entry.ts";
import { channelPath, roleName, timestampPath } from "./layout.ts";
import { limits, parseTargets } from "./metadata.ts";
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
  const role = roleName(product, channel);
  // Each trust has its own memory: numbers seen under one say nothing about another.
  const folder = join(cacheFolder, sha256(trustedRootText).slice(0, 16));
  await mkdir(folder, { recursive: true });
  await rememberRoot(join(folder, "root.json"), trustedRootText);
  const path = channelPath(product, channel);
  const name = `channel ${channel} of ${product}`;
  const fetcher = new StoreFetcher(store, limits.targets);
  try {
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: `${bucketUrl}tuf/`,
      targetDir: folder,
      targetBaseUrl: bucketUrl,
      fetcher,
    });
    await updater.refresh();
    const target = await updater.getTargetInfo(path);
    if (target === undefined) throw refusal("SLW-CHANNEL", `The bucket has no ${name}.`);
    const file = (await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target));
    const entry = parseEntry(await readFile(file, "utf8"), path);
    const serial = parseTargets(await readFile(join(folder, `${role}.json`), "utf8"))?.version;
    requireOwn(entry, { product, channel, serial }, name);
    return entry;
  } catch (error) {
    // What the store itself failed with is no finding about the channel.
    throw fetcher.failure ?? asRefusal(error, name, fetcher.latest);
  }
}

async function rememberRoot(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** A role is trusted for one channel and its own number; what it names by mistake, or again, is not what it says. */
function requireOwn(
  entry: ChannelEntry,
  own: { readonly product: string; readonly channel: string; readonly serial: number | undefined },
  name: string,
): void {
  if (entry.product === own.product && entry.channel === own.channel && entry.serial === own.serial) return;
  const found = `channel ${entry.channel} of ${entry.product} at serial ${entry.serial}`;
  const expected = `${name} at serial ${own.serial ?? "?"}`;
  throw refusal(
    "SLW-CHANNEL",
    `${channelPath(own.product, own.channel)} is the entry of ${found}; its role is ${expected}.`,
  );
}

function asRefusal(error: unknown, name: string, latest: string | undefined): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const kind = error instanceof Error ? error.constructor.name : "";
  const [said, hint] = sentence(kind, error instanceof Error ? error.message : "", latest);
  return new SlipwayError([{ code: "SLW-CHANNEL", message: `${name}: ${said}.`, hint }], { cause: error });
}

/** tuf-js wraps some of its errors in others as text, and some are the language's own: none of its words is shown. */
function sentence(kind: string, text: string, latest: string | undefined): readonly [said: string, hint: string] {
  const owner = "The stack that moves the channel repairs it with its next update.";
  if (latest === undefined) return ["the root that is trusted is no TUF root", "Take the one of the bucket's owner."];
  const expired = /([\w.-]+?)(?:\.json)? is expired/.exec(text)?.[1];
  if (expired !== undefined) return [`its signed metadata is expired: ${expired}`, owner];
  if (/less than current version/.test(text)) {
    return [`${latest} is older than what was seen before: somebody put back an old ${timestampPath}`, owner];
  }
  if (kind === "UnsignedMetadataError" || /was signed by/.test(text)) {
    const hint = "After a new trust (the root key was lost) readers need the new root; ask its owner, do not guess.";
    return [`${latest} is not signed by the keys that this root trusts`, hint];
  }
  if (/Cannot read properties of undefined/.test(text)) return ["nothing is in force there", owner];
  if (/not in the bucket/.test(text)) {
    return [
      latest === timestampPath ? `nothing is in force there, for ${latest} is missing` : `${latest} is missing`,
      owner,
    ];
  }
  if (/larger than|Max length/.test(text)) return [`${latest} is larger than it may be`, owner];
  if (/[Ee]xpected (?:length|hash)/.test(text)) return [`${latest} is not the file that was signed`, owner];
  if (/Missing file/.test(text)) return [`${latest} forgets what was seen before`, owner];
  if (kind === "BadVersionError" || /[Vv]ersion.* (?:does not|doesn't) match/.test(text))
    return [`${latest} has another version inside`, owner];
  return [`${latest} is no signed metadata of its kind`, owner];
}
