import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";
import { withKernelLock } from "../store/kernel-lock.ts";
import { cacheTrouble } from "./cache-trouble.ts";
import { download } from "./download/download.ts";
import { type DownloadPolicy, downloadPolicy } from "./download/policy.ts";
import type { PayloadContext, PayloadFile } from "./payload.ts";
import { PayloadEntry } from "./payload-cache.ts";
import { shownUrl } from "./shown-url.ts";
import { sweepDownloads } from "./sweep-downloads.ts";
import type { UrlSource } from "./url.ts";

/** The one file of such an entry; the address has no say in it. */
const content = "content";
/** A gigabyte over a slow line. Who is killed lets go at once; this is for one that is stopped and still there. */
const patienceMs = 4 * 60 * 60 * 1000;

/**
 * The file that a SHA-256 pins: from the cache, where it stands by that digest, or from its address. Of two processes
 * that want it, one fetches and the other waits.
 * @throws SlipwayError SLW-PAYLOAD-MISSING where it cannot be had, SLW-PAYLOAD-INTEGRITY where the address gives other
 * bytes.
 */
export async function fetchPinnedFile(
  source: UrlSource,
  context: Pick<PayloadContext, "cacheFolder" | "progress">,
  policy: DownloadPolicy = downloadPolicy,
): Promise<PayloadFile> {
  const identity = `sha256 ${source.sha256}`;
  const entry = new PayloadEntry(context.cacheFolder, sha256(identity), identity);
  const fetching = () =>
    fetched(entry, source, context, policy).catch((error: unknown) => {
      throw cacheTrouble(error, shownUrl(source.url));
    });
  const found = (await cached(entry, source)) ?? (await fetching());
  if (source.size !== undefined && source.size !== found.size) {
    throw refusal(
      "SLW-PAYLOAD-INTEGRITY",
      `${shownUrl(source.url)} has the pinned digest and ${found.size} bytes, and the manifest says size: ${source.size}.`,
      { hint: `Write size: ${found.size}, or leave it out.` },
    );
  }
  return found;
}

async function cached(entry: PayloadEntry, { sha256 }: UrlSource): Promise<PayloadFile | undefined> {
  const read = await entry.read();
  const file = read !== "absent" && "files" in read ? read.files.get(content) : undefined;
  return file?.sha256 === sha256 ? file : undefined;
}

async function fetched(
  entry: PayloadEntry,
  source: UrlSource,
  { cacheFolder, progress }: Pick<PayloadContext, "cacheFolder" | "progress">,
  policy: DownloadPolicy,
): Promise<PayloadFile> {
  const downloads = join(cacheFolder, "payloads", "downloads");
  const folder = join(downloads, source.sha256);
  await mkdir(folder, { recursive: true });
  await sweepDownloads(downloads);
  return withKernelLock(join(folder, "lock"), patienceMs, async () => {
    const other = await cached(entry, source);
    if (other !== undefined) return other;
    const file = await download(source, folder, policy, progress);
    await entry.fill((files) => rename(file, join(files, content)));
    const whole = (await entry.readFilled(shownUrl(source.url))).files.get(content);
    if (whole === undefined) throw new Error("an entry of the cache was filled with another file");
    return whole;
  });
}
