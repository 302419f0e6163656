import { gzipMax } from "../compression/gzip.ts";

/** `runtime.1` is installed as `usr/share/man/man1/runtime.1.gz`; undefined where the name has no section. */
export function manualPath(source: string): string | undefined {
  const name = source.slice(source.lastIndexOf("/") + 1);
  const section = /^.+\.([1-9])[a-z0-9]*$/.exec(name)?.[1];
  return section === undefined ? undefined : `usr/share/man/man${section}/${name}.gz`;
}

/** `gzip -9n`, as Debian Policy 12.1 asks: no name, no time. */
export function compressManual(text: string): Uint8Array {
  return gzipMax(Buffer.from(text));
}
