/**
 * The address of an object of the bucket, as clients reach it. Each part of its path is percent-encoded: the `+` in a folder
 * of work in progress means a blank to some servers.
 */
export function objectAddress(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path.split("/").map(encodeURIComponent).join("/")}`;
}
