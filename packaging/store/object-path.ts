import { refusal } from "../errors.ts";

/** What every kind of store can hold under the same name: no file system or object store gives these a meaning. */
const segmentPattern = /^[A-Za-z0-9._+~@%=,-]+$/;
const longestSegment = 255;
/** Object stores of the S3 kind end a key here. */
const longestPath = 1024;

/**
 * Refuses (SLW-STORE) a path that is not a plain relative one: absolute, with `..`, empty segments, backslashes,
 * control characters, or any character that some store could not keep as it is.
 */
export function checkObjectPath(path: string): void {
  const reason = path === "" ? "it is empty" : whyBad(path, path.split("/"));
  if (reason !== undefined) throw badPath(path, reason);
}

/** The same for the prefix of a listing, which may be empty and may end anywhere in a segment. */
export function checkPrefix(prefix: string): void {
  const segments = prefix.split("/");
  if (segments.at(-1) === "") segments.pop();
  const reason = whyBad(prefix, segments);
  if (reason !== undefined) throw badPath(prefix, reason);
}

function whyBad(path: string, segments: readonly string[]): string | undefined {
  if (path.length > longestPath) return `it is longer than ${longestPath} characters`;
  for (const segment of segments) {
    if (segment === "") return "it has an empty segment (or starts or ends with a slash)";
    if (segment === "." || segment === "..") return `it has the segment "${segment}"`;
    if (segment.length > longestSegment) return `a segment is longer than ${longestSegment} characters`;
    if (!segmentPattern.test(segment)) return "only letters, digits and . _ + ~ @ % = , - may stand between slashes";
  }
  return undefined;
}

function badPath(path: string, reason: string): Error {
  const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
  return refusal("SLW-STORE", `${shown} cannot be the name of an object in the bucket: ${reason}.`);
}
