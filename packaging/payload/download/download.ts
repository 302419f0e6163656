import { setTimeout as delay } from "node:timers/promises";
import { sha256File } from "../../digest.ts";
import { refusal, SlipwayError } from "../../errors.ts";
import { fileNameOf } from "../../manifest/archive-name.ts";
import { printable } from "../../manifest/printable.ts";
import { cacheTrouble } from "../cache-trouble.ts";
import { shownUrl } from "../shown-url.ts";
import { codeOf, Interrupted } from "./interrupted.ts";
import { PartialFile } from "./partial-file.ts";
import type { DownloadPolicy } from "./policy.ts";
import { megabytes, progressMeter } from "./progress-meter.ts";
import { type Meter, type TransferSource, transfer } from "./transfer.ts";

export interface DownloadSource extends TransferSource {
  /** Lower-case hex: the file that is returned has it. */
  readonly sha256: string;
}

/**
 * Downloads a file into `folder`, whose lock the caller holds, and returns where it is. What came before a failure or a
 * kill is gone on with; what turns out to be other bytes is removed.
 * @throws SlipwayError SLW-PAYLOAD-MISSING, SLW-PAYLOAD-INTEGRITY.
 */
export async function download(
  source: DownloadSource,
  folder: string,
  policy: DownloadPolicy,
  progress?: (line: string) => void,
): Promise<string> {
  const partial = new PartialFile(folder, source.url);
  const what = `fetching ${printable(fileNameOf(source.url))} from ${new URL(source.url).host}`;
  const meter = progressMeter(what, policy, progress);
  try {
    for (let afresh = false; ; afresh = true) {
      const had = (await partial.state()) === undefined ? 0 : await partial.size();
      progress?.(had === 0 ? what : `${what}, from ${megabytes(had)} on`);
      const interruptions = await transferAll(source, partial, policy, meter, progress);
      const found = await sha256File(partial.file);
      if (found.sha256 === source.sha256) return await partial.finish();
      await partial.remove();
      // What was put together of pieces may be wrong where the server's object is right.
      const pieces = had > 0 || interruptions > 0;
      if (afresh || !pieces) throw otherBytes(source, found);
      progress?.(`${what} anew: its pieces do not fit together`);
    }
  } catch (error) {
    // Refused bytes are of no use to anybody; of a connection that was lost they are.
    if (error instanceof SlipwayError && error.code === "SLW-PAYLOAD-INTEGRITY") await partial.remove();
    throw explained(error, source);
  }
}

/** Requests until all is there; returns how often that was interrupted. */
async function transferAll(
  source: DownloadSource,
  partial: PartialFile,
  policy: DownloadPolicy,
  meter: Meter,
  progress: ((line: string) => void) | undefined,
): Promise<number> {
  let inVain = 0;
  let most = await partial.size();
  for (let count = 0; ; count += 1) {
    try {
      await transfer(source, partial, policy, meter);
      return count;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const have = await partial.size();
      // Measured by the most there ever was: an object that changes all the time would bring bytes for ever.
      inVain = have - most >= policy.worthwhile ? 1 : inVain + 1;
      most = Math.max(most, have);
      if (inVain >= policy.failures) throw givenUp(error, source, inVain, have);
      const pause = pauseBefore(inVain, error, source, policy);
      progress?.(`${shownUrl(source.url)}: ${error.message}; trying again in ${(pause / 1000).toFixed(1)} s`);
      await delay(pause);
    }
  }
}

function pauseBefore(inVain: number, error: Interrupted, source: DownloadSource, policy: DownloadPolicy): number {
  const backOff = Math.min(policy.firstPauseMs * 2 ** (inVain - 1), policy.longestPauseMs);
  const asked = error.retryAfterMs ?? 0;
  if (asked > policy.longestRetryAfterMs) {
    const seconds = Math.ceil(asked / 1000);
    throw refusal(
      "SLW-PAYLOAD-MISSING",
      `${shownUrl(source.url)} cannot be fetched now: ${error.message} and asks to wait ${seconds} s.`,
      { hint: "Run again after that time." },
    );
  }
  return Math.max(backOff, asked);
}

function givenUp(error: Interrupted, { url }: DownloadSource, times: number, have: number): SlipwayError {
  const kept =
    have === 0 ? "" : ` ${megabytes(have)} are kept, and the next run goes on from there where the server lets it.`;
  return refusal(
    "SLW-PAYLOAD-MISSING",
    `${shownUrl(url)} cannot be fetched: ${error.message}, the last of ${times} times in a row.${kept}`,
    { hint: "Go on with a connection, or with a payload source of kind directory." },
  );
}

function otherBytes(source: DownloadSource, found: { readonly sha256: string; readonly size: number }): SlipwayError {
  return refusal(
    "SLW-PAYLOAD-INTEGRITY",
    `${shownUrl(source.url)} is not what the manifest pins: expected SHA-256 ${source.sha256}, found ${found.sha256} ` +
      `(${found.size} bytes). Nothing was kept.`,
    { hint: "Change the pin only if you know why the file changed." },
  );
}

/** What is neither a refusal nor passing: the disk, or a server that is not one (its certificate, its name, its answer). */
function explained(error: unknown, { url }: DownloadSource): unknown {
  const trouble = cacheTrouble(error, shownUrl(url));
  const code = codeOf(trouble);
  if (trouble instanceof SlipwayError || code === undefined) return trouble;
  return refusal("SLW-PAYLOAD-MISSING", `${shownUrl(url)} cannot be fetched (${code}).`, {
    hint: "Look at the address, at the server's certificate, and at the proxy's settings.",
  });
}
