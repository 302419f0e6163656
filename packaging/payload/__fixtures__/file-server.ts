import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** How one request is answered. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on the loopback interface: scripted answers first, in order, then those of an honest server of `bytes`. */
export interface FileServer {
  /** Ends in a slash. */
  readonly url: string;
  /** `GET /file bytes=100-` of each request so far. */
  readonly requests: string[];
  readonly script: Answer[];
  bytes: Uint8Array;
  etag: string | undefined;
  close(): Promise<void>;
}

/** Made for 127.0.0.1 until 2119, and trusted by nothing but the test that asks for it. */
export const certificate = readFileSync(new URL("loopback-certificate.pem", import.meta.url), "utf8");

export async function serveFile(bytes: Uint8Array, { secure = false } = {}): Promise<FileServer> {
  const listener: RequestListener = (request, response) => {
    const { range } = request.headers;
    served.requests.push(`${request.method} ${request.url}${range === undefined ? "" : ` ${range}`}`);
    const answer = served.script.shift() ?? honest(served);
    answer(response, request);
  };
  const key = readFileSync(new URL("loopback-key.pem", import.meta.url));
  const server = secure ? createSecureServer({ key, cert: certificate }, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const served: FileServer = {
    url: `${secure ? "https" : "http"}://127.0.0.1:${port}/`,
    requests: [],
    script: [],
    bytes,
    etag: '"first"',
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return served;
}

/** RFC 9110 section 14: a range where If-Range still holds, all of it else. */
function honest(served: FileServer): Answer {
  return (response, request) => {
    const { bytes, etag } = served;
    if (etag !== undefined) response.setHeader("etag", etag);
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    if (from === undefined || request.headers["if-range"] !== etag) {
      response.setHeader("content-length", bytes.length);
      response.end(bytes);
      return;
    }
    response.statusCode = Number(from) < bytes.length ? 206 : 416;
    response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    response.end(bytes.subarray(Number(from)));
  };
}

/**
 * Sends what an honest server would, and ends the connection after so many bytes. The client loses what it holds in its
 * buffers then, so it has most of them if they are some hundred thousand.
 */
export function cutAfter(served: FileServer, length: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response, request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const { bytes, etag } = served;
    const ranged = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    const all = {
      "content-length": bytes.length - from,
      ...(etag === undefined ? {} : { etag }),
      ...ranged,
      ...headers,
    };
    response.writeHead(from > 0 ? 206 : 200, all);
    response.write(bytes.subarray(from, from + length), () => response.socket?.end());
  };
}

/** Sends all that is missing as zeros, whatever it claims to be. */
export function zerosFrom(served: FileServer, headersOf: (from: number) => Readonly<Record<string, string>>): Answer {
  return (response, request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    response.writeHead(206, headersOf(from));
    response.end(Buffer.alloc(served.bytes.length - from));
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(code, headers);
    response.end("a page about it");
  };
}
