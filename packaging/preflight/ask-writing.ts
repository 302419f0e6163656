import { refusal, SlipwayError } from "../errors.ts";
import { sideBySide } from "../side-by-side.ts";
import { askWrite } from "../store/s3/ask-write.ts";
import type { S3Bucket } from "../store/s3/bucket.ts";
import { unusedPath } from "./written-paths.ts";

/** Questions at a time. */
const width = 4;

/**
 * Asks whether this run may write objects of these patterns, and says it in words. Nothing is written.
 * @throws SlipwayError SLW-STORE with all patterns that it may not write, and why not of the first.
 */
export async function askWriting(bucket: S3Bucket, patterns: readonly string[]): Promise<string> {
  const answers = await sideBySide(patterns, width, (pattern) => refusedAt(bucket, pattern));
  const refused = answers.filter((it) => it !== undefined);
  const [first] = refused;
  if (first === undefined) return `yes: ${patterns.join(", ")}`;
  const [{ message, hint } = { message: first.reason.message, hint: undefined }] = first.reason.mistakes;
  throw refusal("SLW-STORE", `no, not ${refused.map(({ pattern }) => pattern).join(", ")}: ${message}`, { hint });
}

async function refusedAt(
  bucket: S3Bucket,
  pattern: string,
): Promise<{ readonly pattern: string; readonly reason: SlipwayError } | undefined> {
  try {
    await askWrite(bucket, unusedPath(pattern));
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return { pattern, reason: error };
    throw error;
  }
}
