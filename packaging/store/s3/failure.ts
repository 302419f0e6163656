import { refusal, type SlipwayError } from "../../errors.ts";
import { printable } from "../../manifest/printable.ts";
import { codeOf, Interrupted, interrupted } from "../../payload/download/interrupted.ts";

/** Codes of S3 (API Reference, "Error responses") and names of AWS's client for what may go better the next time. */
const passing: ReadonlySet<string> = new Set([
  "BadDigest",
  "ConditionalRequestConflict",
  "IncompleteBody",
  "InternalError",
  "OperationAborted",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
]);

/** Statuses that pass (RFC 9110 section 15, RFC 6585). */
const passingStatus: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What a service answered instead of what was asked for. */
interface ServiceFault {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

function faultOf(error: unknown): ServiceFault | undefined {
  return error instanceof Error ? error : undefined;
}

/** Status of a service's answer, or undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  return faultOf(error)?.$metadata?.httpStatusCode;
}

/** S3's name of what is wrong, such as `NoSuchUpload`. */
export function nameOf(error: unknown): string | undefined {
  return faultOf(error)?.name;
}

/** 412 says that a write's condition does not hold; NoSuchKey that there is nothing left that it could hold for. */
export function refusedByCondition(error: unknown): boolean {
  return statusOf(error) === 412 || (statusOf(error) === 404 && nameOf(error) === "NoSuchKey");
}

/** Whether another attempt may go better; `waitMs` is what the service asks for, 0 where it does not say. */
export function passes(error: unknown): { readonly waitMs: number } | undefined {
  const fault = faultOf(error);
  const status = statusOf(error);
  const cut = interrupted(error);
  // An answer that cannot be read was cut: a service that is well writes XML.
  const unreadable = status === 200 || (error instanceof SyntaxError && status === undefined);
  const known = fault !== undefined && passing.has(fault.name);
  if (!known && !(cut instanceof Interrupted) && !passingStatus.has(status ?? 0) && !unreadable) return undefined;
  const asked = fault?.$response?.headers?.["retry-after"];
  return { waitMs: asked !== undefined && /^\d{1,4}$/.test(asked) ? Number(asked) * 1000 : 0 };
}

/**
 * A refusal (SLW-STORE) that says what could not be done to which object, why, and what to do. `attempted` is how often it was
 * tried.
 */
export function explained(error: unknown, what: string, attempted: number): SlipwayError {
  const tries = attempted > 1 ? `, ${attempted} times in a row` : "";
  return refusal("SLW-STORE", `${what}: ${reasonOf(error)}${tries}.`, { hint: hintFor(error) });
}

function reasonOf(error: unknown): string {
  const fault = faultOf(error);
  const status = statusOf(error);
  if (fault === undefined) return printable(String(error));
  if (status === undefined) {
    const code = codeOf(error);
    const says = sentence(fault.message.replace(/^@smithy\S* - /, ""));
    return code === undefined || says.includes(code) ? says : `${says} (${code})`;
  }
  // The answer to HEAD has no body, and the client makes up a name for it.
  const named = /^(?:Unknown|\d)/.test(fault.name) ? "" : `${printable(fault.name)}, `;
  const says = /^Unknown/.test(fault.message) ? "" : sentence(fault.message);
  return `the service answered ${named}status ${status}${says === "" ? "" : ` (${says})`}`;
}

/** What a service or AWS's client says, as a part of another sentence. */
function sentence(message: string): string {
  return printable(message).slice(0, 300).replace(/\.$/, "");
}

function hintFor(error: unknown): string {
  const [name = "", status] = [nameOf(error), statusOf(error)];
  if (/^(?:CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return (
      "Credentials are those that AWS's own tools take: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the " +
      "role that a workflow assumes. docs/process/s3.md says what they have to allow."
    );
  }
  if (faultOf(error)?.message.includes("Region is missing") === true) {
    return "Name the bucket's region in its location (?region=eu-central-1), or set AWS_REGION.";
  }
  switch (name) {
    case "NoSuchBucket":
      return "Make the bucket first, or correct slipway:bucket. Nothing was written.";
    case "PermanentRedirect":
    case "AuthorizationHeaderMalformed":
      return "The bucket is in another region: name it in its location (?region=...).";
    case "RequestTimeTooSkewed":
      return "Set this machine's clock right, then run again.";
    case "ExpiredToken":
    case "ExpiredTokenException":
    case "InvalidAccessKeyId":
    case "SignatureDoesNotMatch":
      return "Renew the credentials (AWS_ACCESS_KEY_ID and its like, or AWS_PROFILE), then run again.";
  }
  if (status === 401 || status === 403) {
    return "These credentials lack a permission on this object or bucket; docs/process/s3.md lists what is needed.";
  }
  if (passes(error) !== undefined) {
    return "No object is half written. Run again when the service answers: only what is missing is sent.";
  }
  return "Nothing was written under this name. docs/process/s3.md says what the store asks of the service.";
}
