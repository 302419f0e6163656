import { createReadStream, type Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

const contentTypes: Readonly<Record<string, string>> = {
  ".asc": "text/plain; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".deb": "application/vnd.debian.binary-package",
  ".gpg": "application/pgp-keys",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".sources": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".zst": "application/zstd",
};

/**
 * Serves the files of a folder over HTTP, to this machine only: what apt, TUF clients and browsers ask of a bucket (GET,
 * HEAD, one byte range, Last-Modified). Port 0 takes a free one. Files that begin with a dot, and links that lead out of
 * the folder, are not there.
 */
export async function serveFolder(
  folder: string,
  port: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") return end(response, 405, { allow: "GET, HEAD" });
  const found = await locate(folder, request.url ?? "/");
  if (found === undefined) return end(response, 404);
  const { file, status } = found;
  // HTTP dates are whole seconds.
  const modified = Math.floor(status.mtimeMs / 1000) * 1000;
  const known = {
    "last-modified": new Date(modified).toUTCString(),
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
    "content-type": contentTypes[extname(file)] ?? "application/octet-stream",
  };
  if (headers.range === undefined && Date.parse(headers["if-modified-since"] ?? "") >= modified) {
    return end(response, 304, known);
  }
  const asked = headers.range === undefined || rangeIsStale(headers["if-range"], modified) ? undefined : headers.range;
  const range = asked === undefined ? undefined : parseRange(asked, status.size);
  if (range === "unsatisfiable") return end(response, 416, { "content-range": `bytes */${status.size}` });
  const { start, end: last } = range ?? { start: 0, end: status.size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...known,
    "content-length": last - start + 1,
    ...(range === undefined ? {} : { "content-range": `bytes ${start}-${last}/${status.size}` }),
  });
  if (method === "HEAD" || status.size === 0) return void response.end();
  // A client that goes away in the middle is no failure of ours.
  await pipeline(createReadStream(file, { start, end: last }), response).catch(() => undefined);
}

/** The regular file behind a request's path, inside the folder; a folder's is its index.html. */
async function locate(folder: string, url: string): Promise<{ file: string; status: Stats } | undefined> {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
    const parts = path.split("/").filter((part) => part !== "");
    if (parts.some((part) => part.startsWith(".") || /[\\:\0]/.test(part))) return undefined;
    const top = await realpath(folder);
    const asked = await realpath(join(top, ...parts));
    const file = (await stat(asked)).isDirectory() ? await realpath(join(asked, "index.html")) : asked;
    const status = await stat(file);
    return status.isFile() && file.startsWith(top.endsWith(sep) ? top : top + sep) ? { file, status } : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110, section 14.1.2, for a single range; others are answered whole, as it allows. */
function parseRange(text: string, size: number): { start: number; end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text.trim());
  const [, first = "", last = ""] = match ?? [];
  if (match === null || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return start >= size || (first === "" && Number(last) === 0) ? "unsatisfiable" : { start, end };
}

/** If-Range (RFC 9110, section 13.1.5): the rest of a file is of use only to who has its beginning. */
function rangeIsStale(condition: string | string[] | undefined, modified: number): boolean {
  return condition !== undefined && Date.parse(String(condition)) !== modified;
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, status === 304 ? headers : { ...headers, "content-length": "0" }).end();
}
