import { refusal } from "../errors.ts";

const diskCodes = new Set([
  "ENOSPC",
  "EDQUOT",
  "EACCES",
  "EROFS",
  "EPERM",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "EFBIG",
  "EMFILE",
  "EIO",
]);

/** An error of the disk under the cache as a refusal, SLW-PAYLOAD-MISSING; any other error as it is. */
export function cacheTrouble(error: unknown, what: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!diskCodes.has(code)) return error;
  return refusal("SLW-PAYLOAD-MISSING", `${what} cannot be written into the cache (${code}).`, {
    hint: "The cache is .slipway/cache; it must be writable and have room for what is downloaded and unpacked.",
  });
}
