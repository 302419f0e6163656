import { createHash, generateKeyPairSync, randomUUID, webcrypto } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { crc32 } from "node:zlib";
import { type AwsCredentials, sigv4Fault } from "./sigv4.ts";

/** A step of the documented conversation, as tests name it. */
export type Step =
  | "submit"
  | "history"
  | "status"
  | "logs"
  | "log"
  | "upload begins"
  | "upload part"
  | "upload ends"
  | "ticket";

/** What goes wrong with a request: an answer in its place, or the connection, before the stand-in took it or after. */
export type Trouble =
  | { readonly status: number; readonly retryAfter?: number; readonly body?: unknown }
  | "cut before"
  | "cut after"
  | { readonly afterMs: number };

export interface StandInSubmission extends AwsCredentials {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
  created: Date;
  readonly object: string;
  /** What was uploaded, as a whole; undefined until then. */
  bytes: Buffer | undefined;
  readonly uploads: Map<string, Map<number, Buffer>>;
  /** Questions for its verdict that were answered since. */
  polls: number;
}

/**
 * A stand-in of Apple's notary service, of the S3 bucket behind it, and of the list of tickets, on the loopback address. It
 * speaks the documented interfaces (https://developer.apple.com/documentation/notaryapi, S3's API) and checks what Apple
 * checks: tokens, signatures of uploads, digests. What it knows of the rest, it was told by the test.
 */
export interface NotaryStandIn {
  readonly url: string;
  readonly key: { readonly issuer: string; readonly id: string; readonly p8: string };
  readonly submissions: StandInSubmission[];
  /** Every request that was read, in order. */
  readonly steps: Step[];
  /** Asked for each request; `nth` counts those of its step, from 1. */
  trouble: (step: Step, nth: number) => Trouble | undefined;
  verdict: "Accepted" | "Invalid" | "Rejected";
  issues: readonly Readonly<Record<string, unknown>>[] | null;
  /** Questions that are answered "In Progress" before the verdict. */
  slow: number;
  /** Questions for a ticket that are answered "not found" after the verdict. */
  ticketSlow: number;
}

const keyId = "2X9R4HXF34";
const issuer = "57246542-96fe-1a63-e053-0824d011072a";

/** Starts the stand-in; it ends with the test. */
export async function notaryStandIn(t: Pick<TestContext, "after">): Promise<NotaryStandIn> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: Error) => response.writeHead(500).end(error.stack));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const standIn: NotaryStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: { issuer, id: keyId, p8: privateKey.export({ type: "pkcs8", format: "pem" }) as string },
    submissions: [],
    steps: [],
    trouble: () => undefined,
    verdict: "Accepted",
    issues: null,
    slow: 0,
    ticketSlow: 0,
  };
  const spki = publicKey.export({ type: "spki", format: "der" });
  const verifying = await webcrypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify",
  ]);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "", standIn.url);
    const step = stepOf(request.method ?? "", url);
    if (step === undefined) return void response.writeHead(404).end();
    standIn.steps.push(step);
    const trouble = standIn.trouble(step, standIn.steps.filter((each) => each === step).length);
    if (trouble === "cut before") return void request.socket.destroy();
    if (typeof trouble === "object" && "status" in trouble) {
      const retry = trouble.retryAfter === undefined ? {} : { "retry-after": `${trouble.retryAfter}` };
      return void response.writeHead(trouble.status, retry).end(JSON.stringify(trouble.body ?? {}));
    }
    if (typeof trouble === "object") await new Promise((resolve) => setTimeout(resolve, trouble.afterMs));
    const answer = await answerOf(step, request, url, body);
    if (trouble === "cut after") return void request.socket.destroy();
    const text = typeof answer.value === "string" ? answer.value : JSON.stringify(answer.value);
    response.writeHead(answer.status, answer.headers ?? {}).end(text);
  }

  async function answerOf(step: Step, request: IncomingMessage, url: URL, body: Buffer): Promise<StandInAnswer> {
    switch (step) {
      case "ticket":
        return ticketAnswer(standIn, JSON.parse(body.toString()));
      case "log":
        return request.headers.authorization === undefined
          ? { status: 200, value: logOf(standIn, url.pathname.split("/")[2] ?? "") }
          : fault(400, "the token of the service was given to a store of logs");
      case "upload begins":
      case "upload part":
      case "upload ends":
        return uploadAnswer(standIn, step, request, url, body);
      default: {
        const refused = await tokenFault(verifying, request, url);
        return refused === undefined ? notaryAnswer(standIn, step, url, body) : fault(401, refused);
      }
    }
  }
  return standIn;
}

interface StandInAnswer {
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const service = "/notary/v2/submissions";

function stepOf(method: string, { pathname, searchParams }: URL): Step | undefined {
  if (pathname === service) return method === "POST" ? "submit" : "history";
  if (pathname.startsWith(`${service}/`)) return pathname.endsWith("/logs") ? "logs" : "status";
  if (pathname.startsWith("/developer-log/")) return "log";
  if (pathname.startsWith("/database/1/com.apple.gk.ticket-delivery/")) return "ticket";
  if (!pathname.startsWith("/notary-submissions/")) return undefined;
  if (searchParams.has("uploads")) return "upload begins";
  return method === "PUT" ? "upload part" : "upload ends";
}

const fault = (status: number, detail: string): StandInAnswer => ({
  status,
  value: { errors: [{ status: `${status}`, code: "NOT_AUTHORIZED", title: "Not as documented.", detail }] },
});

/** Apple's "Generating Tokens for API Requests"; the signature is checked by another implementation than the one that made it. */
async function tokenFault(key: webcrypto.CryptoKey, request: IncomingMessage, url: URL): Promise<string | undefined> {
  const [, header = "", claims = "", signature = ""] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(request.headers.authorization ?? "") ?? [];
  const bytes = Buffer.from(signature, "base64url");
  const signed = Buffer.from(`${header}.${claims}`);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  if (!(await webcrypto.subtle.verify(algorithm, key, bytes, signed))) return "The token is not signed by this key.";
  const [{ alg, kid, typ }, said] = [header, claims].map((part) =>
    JSON.parse(Buffer.from(part, "base64url").toString()),
  ) as [Record<string, unknown>, Record<string, unknown>];
  const now = Date.now() / 1000;
  const [iat, exp, scope] = [Number(said["iat"]), Number(said["exp"]), said["scope"] as readonly string[]];
  if (alg !== "ES256" || typ !== "JWT" || kid !== keyId) return "The header of the token is not that of this key.";
  if (said["iss"] !== issuer || said["aud"] !== "appstoreconnect-v1") return "The token is of another issuer.";
  if (!(iat <= now + 60 && exp > now && exp - iat <= 1200)) return "The token lives too long, or not now.";
  const operation = `${request.method} ${service}`;
  if (!scope.includes(operation) || !url.pathname.startsWith(service)) return "The token is not for this operation.";
  return undefined;
}

function notaryAnswer(standIn: NotaryStandIn, step: Step, url: URL, body: Buffer): StandInAnswer {
  if (step === "submit") {
    const { submissionName, sha256, notifications } = JSON.parse(body.toString());
    if (!/^[0-9a-f]{64}$/.test(sha256) || !/\.(?:pkg|dmg|zip)$/.test(submissionName) || !Array.isArray(notifications)) {
      return fault(400, "The request is not as documented.");
    }
    const submission = opened(submissionName, sha256);
    standIn.submissions.push(submission);
    const { id, object, accessKeyId, secretAccessKey, sessionToken } = submission;
    const keys = { awsAccessKeyId: accessKeyId, awsSecretAccessKey: secretAccessKey, awsSessionToken: sessionToken };
    const attributes = { ...keys, bucket: "notary-submissions", object };
    return { status: 200, value: { data: { type: "newSubmissions", id, attributes }, meta: {} } };
  }
  if (step === "history") {
    const last = standIn.submissions.slice(-100);
    return { status: 200, value: { data: last.map((each) => described(each, statusOf(standIn, each))), meta: {} } };
  }
  const submission = standIn.submissions.find(({ id }) => url.pathname.startsWith(`${service}/${id}`));
  if (submission === undefined) return fault(404, "There is no submission with this id.");
  if (step === "status") {
    const status = statusOf(standIn, submission);
    if (submission.bytes !== undefined) submission.polls += 1;
    return { status: 200, value: { data: described(submission, status), meta: {} } };
  }
  if (statusOf(standIn, submission) === "In Progress") return fault(404, "The log is not there yet.");
  const attributes = { developerLogUrl: `${standIn.url}/developer-log/${submission.id}?signature=secret-of-the-log` };
  return { status: 200, value: { data: { type: "submissionsLog", id: submission.id, attributes }, meta: {} } };
}

/** A submission as it is made. */
export function opened(name: string, sha256: string): StandInSubmission {
  const id = randomUUID();
  return {
    id,
    name,
    sha256,
    created: new Date(),
    object: `prod/AROA:${id}`,
    accessKeyId: `ASIA${id.slice(0, 8).toUpperCase()}`,
    secretAccessKey: `secret/${id}`,
    sessionToken: `session+${id}==`,
    bytes: undefined,
    uploads: new Map(),
    polls: 0,
  };
}

function described({ id, name, created }: StandInSubmission, status: string) {
  return { type: "submissions", id, attributes: { name, status, createdDate: created.toISOString() } };
}

/** Without bytes a submission stays in progress for ever. */
function statusOf({ slow, verdict }: NotaryStandIn, { bytes, polls }: StandInSubmission): string {
  return bytes === undefined || polls < slow ? "In Progress" : verdict;
}

function logOf({ submissions, issues, verdict }: NotaryStandIn, id: string) {
  const { name = "", sha256 = "" } = submissions.find((each) => each.id === id) ?? {};
  return { logFormatVersion: 1, jobId: id, status: verdict, statusCode: 0, archiveFilename: name, sha256, issues };
}

function uploadAnswer(
  standIn: NotaryStandIn,
  step: Step,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
): StandInAnswer {
  const key = decodeURIComponent(url.pathname).slice("/notary-submissions/".length);
  const submission = standIn.submissions.find(({ object }) => object === key);
  if (submission === undefined) return { status: 403, value: s3Error("AccessDenied") };
  if (sigv4Fault(request, body, submission) !== undefined)
    return { status: 403, value: s3Error("SignatureDoesNotMatch") };
  const id = url.searchParams.get("uploadId") ?? "";
  if (step === "upload begins") {
    const uploadId = randomUUID();
    submission.uploads.set(uploadId, new Map());
    const tag = `<UploadId>${uploadId}</UploadId>`;
    return xml(`<InitiateMultipartUploadResult>${tag}</InitiateMultipartUploadResult>`);
  }
  const parts = submission.uploads.get(id);
  if (parts === undefined) return { status: 404, value: s3Error("NoSuchUpload") };
  if (step === "upload part") {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    if (request.headers["x-amz-checksum-crc32"] !== sum.toString("base64"))
      return { status: 400, value: s3Error("BadDigest") };
    parts.set(Number(url.searchParams.get("partNumber")), body);
    return { status: 200, value: "", headers: { etag: tagOf(body) } };
  }
  const named = [...body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
    tag: /<ETag>(.*?)</.exec(part)?.[1]?.replaceAll("&quot;", '"'),
  }));
  const bytes = named.map(({ number, tag }) => {
    const part = parts.get(number);
    return part !== undefined && tagOf(part) === tag ? part : undefined;
  });
  if (bytes.some((part) => part === undefined)) return { status: 400, value: s3Error("InvalidPart") };
  submission.bytes = Buffer.concat(bytes as Buffer[]);
  return xml("<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>");
}

const tagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;
const xml = (value: string): StandInAnswer => ({ status: 200, value, headers: { "content-type": "application/xml" } });
const s3Error = (code: string) => `<Error><Code>${code}</Code><Message>secret of the bucket</Message></Error>`;

/** The ticket that the stand-in publishes for a package, by the checksum of its table of contents (xar header). */
export function ticketFor(pkg: Buffer): { readonly name: string; readonly ticket: Buffer } {
  const algorithm = pkg.readUInt32BE(24);
  const kind = { 1: 1, 3: 2 }[algorithm] ?? 0;
  const heap = pkg.readUInt16BE(4) + Number(pkg.readBigUInt64BE(8));
  const name = `2/${kind}/${pkg.toString("hex", heap, heap + 20)}`;
  return { name, ticket: Buffer.from(`s8ch ticket of a stand-in for ${name}`) };
}

function ticketAnswer(
  standIn: NotaryStandIn,
  { records }: { records: readonly { recordName: string }[] },
): StandInAnswer {
  const accepted = standIn.submissions.filter((each) => statusOf(standIn, each) === "Accepted");
  const tickets = new Map(accepted.map(({ bytes }) => [ticketFor(bytes as Buffer).name, ticketFor(bytes as Buffer)]));
  const isThere = standIn.ticketSlow <= 0;
  standIn.ticketSlow -= 1;
  const found = records.map(({ recordName }) => {
    const ticket = isThere ? tickets.get(recordName)?.ticket.toString("base64") : undefined;
    if (ticket === undefined) return { recordName, reason: "Record not found", serverErrorCode: "NOT_FOUND" };
    const fields = { signedTicket: { value: ticket, type: "BYTES" } };
    return { recordName, recordType: "DeveloperIDTicket", fields, recordChangeTag: "x", deleted: false };
  });
  return { status: 200, value: { records: found } };
}
