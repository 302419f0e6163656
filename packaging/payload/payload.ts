import type { PayloadSource, ProductTarget } from "../manifest/product.ts";
import { readDirectoryPayload } from "./directory.ts";
import { fetchNpmPayload } from "./npm.ts";
import { shownUrl } from "./shown-url.ts";
import { fetchUniversalPayload } from "./universal.ts";
import { fetchUrlPayload } from "./url.ts";

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
  /** Hears of each download, and how far it is. */
  readonly progress?: (line: string) => void;
  /** npm registry; without it the one that npm hands to its scripts (`npm_config_registry`), else the public one. */
  readonly registry?: string;
}

/** A target as far as its payload goes: of an archive, the files that its binaries name are unpacked. */
export type PayloadTarget = Pick<ProductTarget, "name" | "binaries">;

/**
 * Gets a target's payload; every file was hashed, now or when it was last touched. A source that was fetched once needs no
 * network again.
 * @throws SlipwayError SLW-PAYLOAD-MISSING where it cannot be had, SLW-PAYLOAD-INTEGRITY where its bytes are not the
 * pinned ones, SLW-PAYLOAD-ARCHIVE where it is an archive that does not deserve trust.
 */
export async function fetchPayload(
  target: PayloadTarget & Pick<ProductTarget, "payload">,
  context: PayloadContext,
): Promise<Payload> {
  const source = target.payload;
  switch (source.kind) {
    case "directory":
      return readDirectoryPayload(source, target, context);
    case "npm":
      return fetchNpmPayload(source, context);
    case "url":
      return fetchUrlPayload(source, target, context);
    case "slices":
      return fetchUniversalPayload(source, target, context);
  }
}

/** A source as messages name it: `npm @esbuild/linux-x64`, `directory dist/aarch64`, `url https://dl.example/lamp`. */
export function describeSource(source: PayloadSource): string {
  switch (source.kind) {
    case "directory":
      return `directory ${source.path}`;
    case "npm":
      return `npm ${source.package}`;
    case "url":
      return `url ${shownUrl(source.url)}`;
    case "slices":
      return `${describeSource(source.slices.x86_64)} and ${describeSource(source.slices.aarch64)}`;
  }
}
