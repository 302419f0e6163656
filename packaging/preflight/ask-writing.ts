import { refusal, SlipwayError } from "../errors.ts";
import { sideBySide } from "../side-by-side.ts";
import { askWrite } from "../store/s3/ask-write.ts";
import type { S3Bucket } from "../store/s3/bucket.ts";
import { unusedPath } from "./written-paths.ts";

/** Questions at a time. */
const width = 4;

/** A pattern that may not be written, and why. */
interface Refused {
  readonly pattern: string;
  readonly reason: SlipwayError;
}

/**
 * Asks whether this run may write objects of these patterns, and says it in words. Nothing is written, on a service that
 * honours conditions or checksums; of another one object is, at the first place that may be written, and no further one is asked.
 * @throws SlipwayError SLW-STORE with all patterns that it may not write, and why not of the first; or with the object that was
 * written.
 */
export async function askWriting(bucket: S3Bucket, patterns: readonly string[]): Promise<string> {
  const ask = (pattern: string) => refusedAt(bucket, pattern);
  const answers: (Refused | undefined)[] = [];
  // One by one until one may be written: only such an answer shows that the service honours what the questions rely on.
  for (const pattern of patterns) {
    const answer = await ask(pattern);
    answers.push(answer);
    if (answer === undefined) break;
  }
  answers.push(...(await sideBySide(patterns.slice(answers.length), width, ask)));
  const refused = answers.filter((it) => it !== undefined);
  const [first] = refused;
  if (first === undefined) return `yes: ${patterns.join(", ")}`;
  const [{ message, hint } = { message: first.reason.message, hint: undefined }] = first.reason.mistakes;
  throw refusal("SLW-STORE", `no, not ${refused.map(({ pattern }) => pattern).join(", ")}: ${message}`, { hint });
}

async function refusedAt(bucket: S3Bucket, pattern: string): Promise<Refused | undefined> {
  const path = unusedPath(pattern);
  const asked = await askWrite(bucket, path).catch((error: unknown) => {
    if (error instanceof SlipwayError) return error;
    throw error;
  });
  if (asked instanceof SlipwayError) return { pattern, reason: asked };
  if (asked) throw writtenAnyway(bucket, path);
  return undefined;
}

function writtenAnyway({ shown, location }: S3Bucket, path: string): SlipwayError {
  const what = `${path} was written into the bucket ${shown} under a condition that does not hold`;
  return refusal("SLW-STORE", `${what}: the service looks neither at If-Match nor at checksums.`, {
    hint:
      `Remove ${location.prefix}${path} there, and use a service with conditional writes: on this one, two updates at once lose ` +
      "what one of them writes.",
  });
}
