import type { PayloadSource } from "../manifest/product.ts";
import { readDirectoryPayload } from "./directory.ts";
import { fetchNpmPayload } from "./npm.ts";

/** One file of a payload: where its bytes are on this machine, and what they were when they were read. */
export interface PayloadFile {
  readonly file: string;
  readonly size: number;
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
}

/** The binaries of one target and what came with them, by forward-slash path inside the payload. */
export interface Payload {
  readonly files: ReadonlyMap<string, PayloadFile>;
}

export interface PayloadContext {
  /** Where the manifest is: `directory` sources are relative to it. */
  readonly manifestFolder: string;
  /** Downloads are kept here, and nothing is written elsewhere. */
  readonly cacheFolder: string;
  /** Hears one line for each download. */
  readonly progress?: (line: string) => void;
  /** npm registry; without it the one that npm hands to its scripts (`npm_config_registry`), else the public one. */
  readonly registry?: string;
}

/**
 * Gets a payload; every file was hashed, now or when it was last touched. A source that was fetched once needs no network again.
 * @throws SlipwayError SLW-PAYLOAD-MISSING where it cannot be had, SLW-PAYLOAD-INTEGRITY where its bytes are not the
 * pinned ones.
 */
export async function fetchPayload(source: PayloadSource, context: PayloadContext): Promise<Payload> {
  switch (source.kind) {
    case "directory":
      return readDirectoryPayload(source, context);
    case "npm":
      return fetchNpmPayload(source, context);
  }
}

/** A source as messages name it: `npm @esbuild/linux-x64`, `directory dist/aarch64`. */
export function describeSource(source: PayloadSource): string {
  switch (source.kind) {
    case "directory":
      return `directory ${source.path}`;
    case "npm":
      return `npm ${source.package}`;
  }
}
