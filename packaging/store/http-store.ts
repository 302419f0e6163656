import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { refusal, SlipwayError } from "../errors.ts";
import { httpAnswer } from "../payload/download/http-get.ts";
import { codeOf, Interrupted, interrupted, interruptedBy } from "../payload/download/interrupted.ts";
import { shownUrl } from "../payload/shown-url.ts";
import { checkObjectPath } from "./object-path.ts";
import type { Store, StoredObject } from "./store.ts";
import { fileMode, temporaryIn } from "./temporary.ts";

/** How long and how often a request tries. */
export interface HttpPolicy {
  /** A connection over which nothing comes for so long is given up. */
  readonly idleMs: number;
  readonly attempts: number;
  /** Before the second try; twice as long before each one after it. */
  readonly firstPauseMs: number;
  /** More than a server may ask to wait. */
  readonly longestPauseMs: number;
  /** Bytes; more than any object of a bucket has. */
  readonly largest: number;
}

const usual: HttpPolicy = {
  idleMs: 30_000,
  attempts: 4,
  firstPauseMs: 250,
  longestPauseMs: 20_000,
  largest: 64 * 2 ** 30,
};

const redirectStatus = new Set([301, 302, 303, 307, 308]);
const redirectsFollowed = 3;
/** Most bytes of an answer that nobody reads and that are let pass. */
const unreadLimit = 64 << 10;
/** 403: object stores answer so for what is not there where the asker may not list. */
const absentStatus = new Set([403, 404, 410]);

/** Whether a bucket is named by an address on the web. */
export function isHttpAddress(where: string): boolean {
  return /^https?:\/\//i.test(where);
}

/**
 * A bucket as anybody sees it at its web address: to be read object by object, and never listed or written. Everything
 * comes from the one host. Refuses (SLW-STORE) an address that is none.
 */
export function httpStore(address: string, policy: Partial<HttpPolicy> = {}): Store {
  return new HttpStore(baseOf(address), { ...usual, ...policy });
}

function baseOf(address: string): URL {
  const plain = isHttpAddress(address) && URL.canParse(address) ? new URL(address) : undefined;
  if (plain === undefined || plain.username !== "" || plain.password !== "" || plain.search !== "") {
    throw refusal("SLW-STORE", `${shownUrl(address)} is no address of a bucket.`, {
      hint: "Give the http or https address below which its objects lie, without user, password and query.",
    });
  }
  plain.hash = "";
  if (!plain.pathname.endsWith("/")) plain.pathname += "/";
  return plain;
}

class HttpStore implements Store {
  readonly #base: URL;
  readonly #policy: HttpPolicy;

  constructor(base: URL, policy: HttpPolicy) {
    this.#base = base;
    this.#policy = policy;
  }

  async list(prefix: string): Promise<never> {
    throw refusal(
      "SLW-STORE",
      `${this.#base.href}${prefix} cannot be listed: a web address tells of one object alone.`,
    );
  }

  async stat(path: string): Promise<StoredObject | undefined> {
    const told = await this.#ask("HEAD", path, async (answer) => ({ size: lengthOf(answer) }));
    if (told === undefined) return undefined;
    if (told.size !== undefined) return { path, size: told.size };
    // A server that makes its answers while it sends them cannot tell.
    const size = await this.#ask("GET", path, async (answer) => {
      let count = 0;
      for await (const chunk of this.#within(answer, path, this.#policy.largest)) count += chunk.length;
      return count;
    });
    return size === undefined ? undefined : { path, size };
  }

  async digest(path: string): Promise<string | undefined> {
    return this.#ask("GET", path, async (answer) => {
      const hash = createHash("sha256");
      for await (const chunk of this.#within(answer, path, this.#policy.largest)) hash.update(chunk);
      return hash.digest("hex");
    });
  }

  keptDigest(path: string): Promise<string | undefined> {
    return this.digest(path);
  }

  async read(path: string, limit: number): Promise<Uint8Array | undefined> {
    return this.#ask("GET", path, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of this.#within(answer, path, limit)) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
  }

  async download(path: string, file: string): Promise<boolean> {
    const temporary = temporaryIn(dirname(file));
    try {
      const there = await this.#ask("GET", path, async (answer) => {
        await pipeline(
          this.#within(answer, path, this.#policy.largest),
          createWriteStream(temporary, { mode: fileMode }),
        );
        return true;
      });
      if (there === true) await rename(temporary, file);
      return there === true;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  create(path: string): Promise<never> {
    return this.#readOnly(path);
  }

  replace(path: string): Promise<never> {
    return this.#readOnly(path);
  }

  async #readOnly(path: string): Promise<never> {
    throw refusal("SLW-STORE", `${path} cannot be written: ${this.#base.href} is a web address, and only read.`);
  }

  /** The chunks of an answer; refuses (SLW-STORE) more than `limit` bytes, before they are all here. */
  async *#within(answer: IncomingMessage, path: string, limit: number): AsyncGenerator<Buffer> {
    let size = 0;
    const tooLarge = () =>
      refusal("SLW-STORE", `${path} in the bucket ${this.#base.href} is larger than ${limit} bytes.`);
    if ((lengthOf(answer) ?? 0) > limit) throw tooLarge();
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      yield chunk;
    }
  }

  /** What `take` makes of an object's answer, or undefined where there is no such object. Tries again what may pass. */
  async #ask<T>(
    method: "GET" | "HEAD",
    path: string,
    take: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T | undefined> {
    checkObjectPath(path);
    const url = new URL(path.split("/").map(encodeURIComponent).join("/"), this.#base);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(method, url, take);
      } catch (error) {
        const passing = interrupted(error);
        if (!(passing instanceof Interrupted)) throw this.#explained(passing, path);
        const pause = Math.max(this.#policy.firstPauseMs * 2 ** (attempt - 1), passing.retryAfterMs ?? 0);
        if (attempt < this.#policy.attempts && pause <= this.#policy.longestPauseMs) {
          await delay(pause);
          continue;
        }
        const times = attempt === 1 ? "" : `, the last of ${attempt} times in a row`;
        throw refusal("SLW-STORE", `${path} cannot be read from ${this.#base.href}: ${passing.message}${times}.`, {
          hint: "Run again; nothing was found to be wrong with the object itself.",
        });
      }
    }
  }

  async #once<T>(
    method: "GET" | "HEAD",
    url: URL,
    take: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T | undefined> {
    let at = url;
    for (let followed = 0; ; followed += 1) {
      const answer = await httpAnswer(method, at, {}, this.#policy.idleMs);
      try {
        const status = answer.statusCode ?? 0;
        if (status === 200) return await take(answer);
        if (absentStatus.has(status)) return undefined;
        if (!redirectStatus.has(status) || followed === redirectsFollowed) {
          throw interruptedBy(status, answer.headers["retry-after"]) ?? unexpected(at, `the server answered ${status}`);
        }
        at = sameHost(at, answer.headers.location);
      } finally {
        // What is small and was not read leaves the connection free for the next request.
        if (method === "HEAD" || (lengthOf(answer) ?? unreadLimit + 1) <= unreadLimit) answer.resume();
        else answer.destroy();
      }
    }
  }

  /** What is neither a refusal nor passing: a server that is none (its certificate, its name, its answer). */
  #explained(error: unknown, path: string): unknown {
    const code = codeOf(error);
    if (error instanceof SlipwayError || code === undefined) return error;
    return refusal("SLW-STORE", `${path} cannot be read from ${this.#base.href} (${code}).`, {
      hint: "Look at the address, at the server's certificate, and at the proxy's settings.",
    });
  }
}

/** Another host is another bucket: what it says would be taken for this one's. */
function sameHost(from: URL, location: string | undefined): URL {
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.origin === from.origin && to.username === "" && to.password === "") return to;
  const where = to === undefined ? "nowhere" : shownUrl(to.href);
  throw unexpected(from, `the server redirects to ${where}, which is not the bucket's own host`);
}

function unexpected(url: URL, what: string): SlipwayError {
  return refusal("SLW-STORE", `${shownUrl(url.href)} cannot be read: ${what}.`, {
    hint: "Give the address below which the bucket's objects lie themselves.",
  });
}

function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"];
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
