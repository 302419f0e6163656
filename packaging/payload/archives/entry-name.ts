/** NAME_MAX of Linux and macOS, PATH_MAX of macOS, in bytes. */
const nameLimit = 255;
const pathLimit = 1023;
/** No tree that people make is so deep, and each level of each path is remembered. */
const depthLimit = 64;

/** Why no system should be given this path; undefined for a good one. The answer follows the name in a sentence. */
export function whyNotPath(path: string): string | undefined {
  if (path === "") return "is an empty name";
  if (!path.isWellFormed() || path.includes("\u{fffd}")) return "is not UTF-8";
  if (/\p{Cc}/u.test(path)) return "has a control character in its name";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path";
  if (path.includes("\\")) return "has a backslash in its name, which Windows takes for a folder's end";
  const names = path.split("/");
  if (names.includes("..")) return 'has ".." in its path, which leads out of the archive';
  if (names.includes("") || names.includes(".")) return 'has an empty name or "." inside its path';
  const long = names.find((name) => Buffer.byteLength(name) > nameLimit);
  if (long !== undefined) return `has a name of ${Buffer.byteLength(long)} bytes; at most ${nameLimit} are possible`;
  if (Buffer.byteLength(path) > pathLimit) return `has more than ${pathLimit} bytes`;
  return names.length > depthLimit ? `is more than ${depthLimit} folders deep` : undefined;
}

/** Names that macOS or Windows take for the same one are equal in this form. */
export function foldedName(path: string): string {
  return path.normalize("NFC").toLowerCase();
}
