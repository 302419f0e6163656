import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { sha256 } from "../../digest.ts";
import { SlipwayError } from "../../errors.ts";
import { type DownloadPolicy, downloadPolicy } from "../download/policy.ts";
import { fetchPinnedFile } from "../pinned-file.ts";
import { type FileServer, serveFile } from "./file-server.ts";

export const root = await mkdtemp(join(tmpdir(), "slipway-url-"));
export const content = Buffer.alloc(1_000_000, "all that is in the file; ");
export const server = await serveFile(content);
after(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

/** Quick, so that tests are; the numbers of tries and redirects are the real ones. */
const policy: DownloadPolicy = {
  ...downloadPolicy,
  idleMs: 300,
  firstPauseMs: 1,
  longestPauseMs: 4,
  progressEveryMs: 0,
};

let caches = 0;
/** A cache folder that is not there yet. */
export function newCache(): string {
  caches += 1;
  return join(root, `cache-${caches}`);
}

export interface Wish {
  readonly cache?: string;
  readonly from?: FileServer;
  readonly path?: string;
  readonly sha256?: string;
  readonly size?: number;
  readonly policy?: Partial<DownloadPolicy>;
  readonly progress?: (line: string) => void;
}

/** Fetches what the server has and gives its bytes; what is not wished for is as it should be. */
export async function fetchFile(wish: Wish = {}): Promise<Buffer> {
  const { cache = newCache(), from = server, path = "file", sha256: pin = sha256(content), size, progress } = wish;
  const source = {
    kind: "url",
    url: `${from.url}${path}`,
    sha256: pin,
    ...(size === undefined ? {} : { size }),
  } as const;
  const context = { cacheFolder: cache, ...(progress === undefined ? {} : { progress }) };
  const { file } = await fetchPinnedFile(source, context, { ...policy, ...wish.policy });
  return readFile(file);
}

/** Files of a cache that hold anything. */
export async function kept(cache: string): Promise<readonly string[]> {
  const found = await readdir(cache, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return files.filter((_, at) => sizes[at] !== 0);
}

/** Runs with scripted answers, and gives the requests that were made. */
export async function scripted(script: FileServer["script"], work: () => Promise<unknown>): Promise<readonly string[]> {
  server.requests.length = 0;
  server.script.splice(0, Number.POSITIVE_INFINITY, ...script);
  try {
    await work();
    // How much of a broken answer was read is the system's business.
    return server.requests.map((it) => it.replace(/(?<=bytes=)[1-9]\d*-/, "..."));
  } finally {
    server.script.length = 0;
  }
}

/** Asserts that the work is refused with this code, and that the message says these pieces. */
export async function refused(work: Promise<unknown>, code: string, ...says: readonly string[]): Promise<void> {
  await assert.rejects(work, (error) => {
    assert(error instanceof SlipwayError, String(error));
    assert.equal(error.code, code, error.message);
    for (const piece of says) assert(error.message.includes(piece), error.message);
    return true;
  });
}
