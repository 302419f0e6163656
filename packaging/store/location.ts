import { refusal } from "../errors.ts";
import { shorten } from "../manifest/printable.ts";
import { checkObjectPath } from "./object-path.ts";

/** A bucket of Amazon S3, or of another service that speaks its API. */
export interface S3Location {
  readonly bucket: string;
  /** What every key begins with: empty, or folders that end with a slash. */
  readonly prefix: string;
  /** Address of another service than Amazon's. */
  readonly endpoint?: string;
  /** Where left out, AWS's own configuration (AWS_REGION, a profile) says it. */
  readonly region?: string;
}

const scheme = "s3://";

/** Whether a location means S3 and not a folder. It may be a bad one all the same. */
export function isS3Location(location: string): boolean {
  return location.toLowerCase().startsWith(scheme);
}

/**
 * What was expected of the location of a bucket, as the end of a sentence that begins with "expected"; undefined where it is one:
 * a folder, or `s3://NAME[/PREFIX][?endpoint=URL&region=R]`.
 */
export function whyNoLocation(location: string): string | undefined {
  if (!isS3Location(location)) return /^[a-z][a-z0-9+.-]+:\/\//i.test(location) ? `a folder, or ${form}` : undefined;
  const read = readLocation(location);
  return "expected" in read ? read.expected : undefined;
}

/** @throws SlipwayError SLW-STORE where it is no such location. */
export function parseS3Location(location: string): S3Location {
  const read = readLocation(location);
  if (!("expected" in read)) return read;
  throw refusal("SLW-STORE", `${shorten(location)} is no location of a bucket: expected ${read.expected}.`);
}

/** The location without its query, as messages name it. */
export function shownLocation({ bucket, prefix }: S3Location): string {
  return `${scheme}${bucket}${prefix === "" ? "" : `/${prefix.slice(0, -1)}`}`;
}

const form = "s3://NAME[/PREFIX][?endpoint=URL&region=REGION]";
const bucketName =
  "3 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at its ends, and no IP address";
const prefixName = "folders of letters, digits and . _ + ~ @ % = , - with single slashes between them";
const endpoint = "an http or https address without user, path or query, such as https://minio.example:9000";
const region = "lower-case letters, digits and dashes, such as eu-central-1";

/** Nothing is decoded: states compare locations as text, and no character needs another spelling. */
function readLocation(location: string): S3Location | { readonly expected: string } {
  const [place = "", query, ...more] = location.slice(scheme.length).split("?");
  if (!location.startsWith(scheme) || more.length > 0) return { expected: form };
  const [bucket = "", ...folders] = place.split("/");
  if (!isBucketName(bucket)) return { expected: `${form}: NAME is ${bucketName}` };
  const prefix = folders.map((folder) => `${folder}/`).join("");
  if (prefix !== "" && !isPrefix(prefix)) return { expected: `${form}: PREFIX is ${prefixName}` };
  const options = query === undefined ? {} : optionsOf(query);
  if ("expected" in options) return options;
  return { bucket, prefix, ...options };
}

/** docs.aws.amazon.com, Amazon S3 User Guide, "General purpose bucket naming rules". */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|-\.|\.-/.test(name) && !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}

function isPrefix(prefix: string): boolean {
  try {
    checkObjectPath(prefix.slice(0, -1));
    // Room for the longest path of an object (object-path.ts) is not promised, but for any that Slipway writes.
    return prefix.length <= 256;
  } catch {
    return false;
  }
}

type Options = Pick<S3Location, "endpoint" | "region">;

function optionsOf(query: string): Options | { readonly expected: string } {
  const found = new Map<string, string>();
  for (const field of query.split("&")) {
    const at = field.indexOf("=");
    const [name, value] = at < 0 ? [field, ""] : [field.slice(0, at), field.slice(at + 1)];
    if ((name !== "endpoint" && name !== "region") || found.has(name)) {
      return { expected: `${form}: after the question mark endpoint and region, each once, and nothing else` };
    }
    found.set(name, value);
  }
  const [address, place] = [found.get("endpoint"), found.get("region")];
  if (address !== undefined && !isEndpoint(address)) return { expected: `${form}: URL is ${endpoint}` };
  if (place !== undefined && !/^[a-z0-9-]{1,32}$/.test(place)) return { expected: `${form}: REGION is ${region}` };
  return { ...(address !== undefined && { endpoint: address }), ...(place !== undefined && { region: place }) };
}

function isEndpoint(address: string): boolean {
  return /^https?:\/\/[A-Za-z0-9.:[\]-]+$/.test(address) && URL.canParse(address);
}
