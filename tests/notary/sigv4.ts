import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Why a request is not signed as S3 wants it (AWS Signature Version 4, "Create a signed AWS API request"), by an own
 * reading of it; undefined where it is.
 */
export function sigv4Fault(request: IncomingMessage, body: Buffer, credentials: AwsCredentials): string | undefined {
  const header = (name: string) => String(request.headers[name] ?? "");
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      header("authorization"),
    );
  if (authorization === null) return "no signature of version 4";
  const [, accessKeyId = "", day = "", region = "", signedHeaders = "", signature] = authorization;
  if (accessKeyId !== credentials.accessKeyId) return "another access key";
  if (header("x-amz-security-token") !== credentials.sessionToken) return "another session";
  const names = signedHeaders.split(";");
  for (const needed of ["host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"]) {
    if (!names.includes(needed)) return `${needed} is not signed`;
  }
  const payload = header("x-amz-content-sha256");
  if (payload !== hash(body)) return "another body";
  const url = new URL(request.url ?? "", "http://host");
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const headers = names.map((name) => `${name}:${header(name).trim().replaceAll(/ +/g, " ")}\n`).join("");
  const canonical = [request.method, url.pathname, query.join("&"), headers, signedHeaders, payload].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", header("x-amz-date"), scope, hash(canonical)].join("\n");
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  for (const part of [day, region, "s3", "aws4_request"]) key = hmac(key, part);
  return hmac(key, toSign).toString("hex") === signature ? undefined : "another signature";
}

const hash = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** RFC 3986: all but letters, digits and four marks. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
