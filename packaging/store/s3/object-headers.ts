/** What a bucket tells browsers, caches and apt of an object; it follows from the path alone. */
export interface ObjectHeaders {
  readonly ContentType: string;
  readonly CacheControl: string;
}

const plain = "text/plain; charset=utf-8";
const bytes = "application/octet-stream";

/** IANA's media types; what has none of its own is text, or bytes. */
const types: Readonly<Record<string, string>> = {
  asc: "application/pgp-signature",
  css: "text/css; charset=utf-8",
  deb: "application/vnd.debian.binary-package",
  gz: "application/gzip",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  msi: "application/x-msi",
  png: "image/png",
  rb: plain,
  sources: plain,
  svg: "image/svg+xml",
  txt: plain,
  xz: "application/x-xz",
  yaml: "application/yaml",
  zip: "application/zip",
  zst: "application/zstd",
};

/** Names without an ending that are text. */
const texts = /(?:^|\/)(?:InRelease|Release|Packages|Contents-[a-z0-9]+|SHA256SUMS)$/;

/**
 * What never changes under its name: releases, indices under their own digest, numbered TUF files, entries named by digest.
 * SHA256SUMS.asc is no such file, for it is a copy that another key's may replace.
 */
const immutable = [
  /^releases\/(?!.*\/SHA256SUMS\.asc$)/,
  /^dists\/.*\/by-hash\//,
  /^tuf\/\d+\.[^/]+\.json$/,
  /^channels\/[^/]+\/[0-9a-f]{64}\.[a-z0-9]+\.json$/,
];

export function objectHeaders(path: string): ObjectHeaders {
  const ending = /\.([a-z]+)$/.exec(path)?.[1] ?? "";
  const isKey = path.startsWith("keys/") && ending === "asc";
  return {
    ContentType: isKey ? "application/pgp-keys" : (types[ending] ?? (texts.test(path) ? plain : bytes)),
    // A pointer that is a minute old is one that a client might have read a minute ago.
    CacheControl: immutable.some((pattern) => pattern.test(path))
      ? "public, max-age=31536000, immutable"
      : "public, max-age=60",
  };
}
