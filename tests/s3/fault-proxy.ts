import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What happens to a request, or to the answer to it. */
export type Fault =
  /** An answer of the service that is an error, of its code. */
  | { readonly kind: "answer"; readonly status: number; readonly code: string }
  /** Nothing, ever. */
  | { readonly kind: "silence" }
  /** The connection ends in the middle of the request's body; the service never gets the rest. */
  | { readonly kind: "cut request" }
  /** The service does what it is asked to, and its answer is lost. */
  | { readonly kind: "lost answer" }
  /** The connection ends in the middle of the answer's body. */
  | { readonly kind: "cut answer" }
  /** The answer's body is half of it, and its length says so: nothing but a checksum can tell. */
  | { readonly kind: "half an answer" }
  /** All of it, without saying how much that is. */
  | { readonly kind: "no length" }
  | { readonly kind: "other header"; readonly name: "etag" | "x-amz-checksum-sha256"; readonly value: string };

export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** Of the path and query as they are sent, decoded. */
  readonly path?: RegExp;
  /** How many requests it happens to; all of them where left out. */
  readonly times?: number;
}

/** A request that came. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, decoded. */
  readonly path: string;
  /** Bytes of its body so far. */
  readonly sent: number;
  /** Of the answer that was passed on; undefined where there was none. */
  readonly status: number | undefined;
}

export interface FaultProxy {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Faults from now on, in the place of those before; none where left out. */
  break(...rules: readonly FaultRule[]): void;
  /** Forgets what it saw. */
  forget(): void;
  /** Whether the body of a write is under way. */
  midway(): boolean;
}

/**
 * Stands between a client and a stand-in of S3 on the loopback address, counts, and does harm when told to. Requests pass
 * as they are, so their signatures stay good. Writes pass one at a time: the stand-in compares and writes in two steps,
 * between which S3 lets nobody.
 */
export async function faultProxy(t: Pick<TestContext, "after">, upstream: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: false });
  const to = new URL(upstream);
  let seen: { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] }[] = [];
  let rules: { readonly rule: FaultRule; left: number }[] = [];
  let bodies = 0;
  let writes: Promise<unknown> = Promise.resolve();

  const faultFor = (method: string, path: string): Fault | undefined => {
    const hit = rules.find(
      ({ rule, left }) => left > 0 && (rule.method ?? method) === method && (rule.path?.test(path) ?? true),
    );
    if (hit !== undefined) hit.left -= 1;
    return hit?.rule.fault;
  };

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const method = incoming.method ?? "";
    const path = decodeURIComponent(incoming.url ?? "");
    const entry = { method, path, sent: 0, status: undefined as number | undefined };
    seen.push(entry);
    const fault = faultFor(method, path);
    if (fault?.kind === "silence") return void incoming.resume();
    if (fault?.kind === "answer") {
      entry.status = fault.status;
      incoming.resume();
      await once(incoming, "end").catch(() => {});
      outgoing.writeHead(fault.status, { "content-type": "application/xml" });
      const said = `<Error><Code>${fault.code}</Code><Message>A fault of the test.</Message></Error>`;
      return void outgoing.end(method === "HEAD" ? "" : said);
    }
    const headers = { ...incoming.headers };
    // It was answered here.
    delete headers.expect;
    const sent = request({
      agent,
      host: to.hostname,
      port: to.port,
      method,
      path: incoming.url,
      headers,
    } as RequestOptions);
    const ended = new Promise<void>((done) => {
      sent.once("close", done);
    });
    bodies += 1;
    incoming.once("close", () => {
      bodies -= 1;
    });
    incoming.on("data", (piece: Buffer) => {
      entry.sent += piece.length;
      if (fault?.kind === "cut request") {
        incoming.socket.destroy();
        sent.destroy();
        return;
      }
      if (!sent.write(piece)) incoming.pause();
    });
    sent.on("drain", () => incoming.resume());
    incoming.on("end", () => sent.end());
    incoming.on("error", () => sent.destroy());
    incoming.on("aborted", () => sent.destroy());
    sent.on("error", () => outgoing.destroy());
    sent.on("response", (answer) => {
      void answerWith(answer, outgoing, fault).then((status) => {
        entry.status = status;
      });
    });
    return ended;
  };

  const server = createServer((incoming, outgoing) => {
    // A client that gives up is no trouble here.
    outgoing.on("error", () => {});
    if (/^(?:GET|HEAD)$/.test(incoming.method ?? "")) return void pass(incoming, outgoing);
    writes = writes.then(() => pass(incoming, outgoing));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get seen() {
      return seen;
    },
    break: (...wanted) => {
      rules = wanted.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    forget: () => {
      seen = [];
    },
    midway: () => bodies > 0 && seen.some(({ method, sent, status }) => method === "PUT" && sent > 0 && !status),
  };
}

/** Passes an answer on; gives its status, or undefined where none was passed on. */
async function answerWith(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<number | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (fault?.kind === "lost answer") {
    outgoing.destroy();
    return undefined;
  }
  const status = answer.statusCode ?? 0;
  const headers = { ...answer.headers };
  if (fault?.kind === "other header" && headers[fault.name] !== undefined) headers[fault.name] = fault.value;
  const half = body.subarray(0, body.length >> 1);
  if (fault?.kind === "half an answer") headers["content-length"] = `${half.length}`;
  if (fault?.kind === "no length") delete headers["content-length"];
  outgoing.writeHead(status, headers);
  if (fault?.kind === "cut answer") {
    outgoing.write(half, () => outgoing.destroy());
    return status;
  }
  outgoing.end(fault?.kind === "half an answer" ? half : body);
  return status;
}
