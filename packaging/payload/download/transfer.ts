import type { IncomingHttpHeaders } from "node:http";
import { refusal } from "../../errors.ts";
import { shownUrl } from "../shown-url.ts";
import { type HttpGet, httpGet } from "./http-get.ts";
import { Interrupted, interrupted, interruptedBy } from "./interrupted.ts";
import type { ObjectState, PartialFile } from "./partial-file.ts";
import type { DownloadPolicy } from "./policy.ts";

export interface TransferSource {
  readonly url: string;
  /** Bytes, where they are pinned. */
  readonly size?: number;
}

/** Hears how many bytes there are, and how many there will be where that is known. */
export type Meter = (done: number, total: number | undefined) => void;

/**
 * One request for what is missing of a file, added to it as it comes; returns when all of it is there. It goes on where
 * the file ends only if the server says that the object is still the same, else from the start.
 * @throws Interrupted where another try may do; SlipwayError where none will.
 */
export async function transfer(
  source: TransferSource,
  partial: PartialFile,
  policy: DownloadPolicy,
  meter: Meter,
): Promise<void> {
  const [have, state] = [await partial.size(), await partial.state()];
  if (have > 0 && state !== undefined && have === (source.size ?? state.total)) return;
  const goOn = have > 0 && state !== undefined ? { have, state } : undefined;
  try {
    const headers = goOn === undefined ? {} : { range: `bytes=${have}-`, "if-range": goOn.state.validator };
    const answer = await httpGet(source.url, headers, policy);
    try {
      await receive(answer, goOn, source, partial, policy, meter);
    } finally {
      answer.body.destroy();
    }
  } catch (error) {
    throw interrupted(error);
  }
}

type Started = { readonly have: number; readonly state: ObjectState } | undefined;

async function receive(
  answer: HttpGet,
  started: Started,
  source: TransferSource,
  partial: PartialFile,
  policy: DownloadPolicy,
  meter: Meter,
): Promise<void> {
  const { status, headers, body } = answer;
  let done = 0;
  let total: number | undefined;
  if (status === 200) {
    total = lengthOf(headers);
    checkTotal(total, source, policy);
    await partial.restart(stateOf(headers, total));
  } else if (status === 206 && started !== undefined) {
    const range = rangeOf(headers);
    if (range?.from !== started.have || changed(started.state, headers, range.total)) {
      await partial.remove();
      throw new Interrupted("what is at the address has changed in between");
    }
    done = started.have;
    total = range.total ?? started.state.total;
    checkTotal(total, source, policy);
  } else {
    if (started !== undefined && status === 416) {
      await partial.remove();
      throw new Interrupted("what is at the address has become smaller");
    }
    throw interruptedBy(status, headers["retry-after"]) ?? refused(status, source.url);
  }
  const file = await partial.append();
  try {
    meter(done, total);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      done += chunk.length;
      checkSoFar(done, source, policy);
      await file.writeFile(chunk);
      meter(done, total);
    }
  } finally {
    await file.close();
  }
  const expected = source.size ?? total;
  if (expected !== undefined && done < expected)
    throw new Interrupted(`the answer ended after ${done} of ${expected} bytes`);
}

function refused(status: number, url: string): Error {
  const hints: Readonly<Record<number, string>> = {
    401: "A private file is fetched in a step before; name its folder with source: directory.",
    403: "A private file is fetched in a step before; name its folder with source: directory.",
    404: "Look whether the address is right, and the file still published.",
    410: "It was there, and its owner took it away.",
  };
  return refusal("SLW-PAYLOAD-MISSING", `${shownUrl(url)} cannot be fetched: the server answered ${status}.`, {
    hint: hints[status],
  });
}

function checkTotal(total: number | undefined, { url, size }: TransferSource, { largest }: DownloadPolicy): void {
  if (total === undefined) return;
  if (size !== undefined && total !== size) {
    throw refusal("SLW-PAYLOAD-INTEGRITY", `${shownUrl(url)} has ${total} bytes; expected ${size}. Nothing was kept.`, {
      hint: "Change size and sha256 only if you know why the file changed.",
    });
  }
  if (total > largest) throw tooLarge(url, largest);
}

function checkSoFar(done: number, { url, size }: TransferSource, { largest }: DownloadPolicy): void {
  if (size !== undefined && done > size) {
    throw refusal(
      "SLW-PAYLOAD-INTEGRITY",
      `${shownUrl(url)} has more than ${size} bytes; expected ${size}. Nothing was kept.`,
    );
  }
  if (done > largest) throw tooLarge(url, largest);
}

function tooLarge(url: string, largest: number): Error {
  return refusal(
    "SLW-PAYLOAD-INTEGRITY",
    `${shownUrl(url)} has more than ${largest} bytes, the most that a payload may have.`,
  );
}

function lengthOf(headers: IncomingHttpHeaders): number | undefined {
  const length = headers["content-length"];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/** A weak ETag does not promise the same bytes (RFC 9110 section 8.8.1). */
function stateOf(headers: IncomingHttpHeaders, total: number | undefined): ObjectState | undefined {
  const { etag, "last-modified": modified } = headers;
  const validator = etag?.startsWith('"') === true ? etag : modified;
  return validator === undefined || validator.length > 1000 ? undefined : { validator, total };
}

/** RFC 9110 section 14.4. */
function rangeOf(
  headers: IncomingHttpHeaders,
): { readonly from: number; readonly total: number | undefined } | undefined {
  const [, from, total] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers["content-range"] ?? "") ?? [];
  return from === undefined ? undefined : { from: Number(from), total: total === "*" ? undefined : Number(total) };
}

/** A server that does not know If-Range, or takes it lightly, still says what the piece is of. */
function changed(state: ObjectState, headers: IncomingHttpHeaders, total: number | undefined): boolean {
  const now = stateOf(headers, total);
  if (now !== undefined && now.validator !== state.validator) return true;
  return total !== undefined && state.total !== undefined && total !== state.total;
}
