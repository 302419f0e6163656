import { sha256 } from "../../digest.ts";
import type { Store } from "../../store/store.ts";
import { cleartextOf, type ParsedRelease, parseRelease } from "./release-file.ts";
import { requireSuiteName } from "./suite.ts";

/** No Release file of ours comes near it. */
const LIMIT = 1 << 20;

/** A file that states a suite, as it lies in the bucket. */
export interface Statement {
  /** SHA-256 of its bytes, undefined where there are none: what a replacement expects. */
  readonly digest: string | undefined;
  /** The text that states the suite, without InRelease's signature; undefined where it is absent or damaged. */
  readonly text: string | undefined;
  /** What it says; undefined where it is absent or damaged. */
  readonly says: ParsedRelease | undefined;
}

/**
 * What InRelease of a suite says now: date, snapshot, digests. Undefined where there is none, or none that can be read:
 * in both cases the suite has to be published. Signatures are not checked here; clients do.
 */
export async function readSuite(store: Store, suite: string): Promise<ParsedRelease | undefined> {
  return (await readInRelease(store, suite)).says;
}

/** The object paths of a suite's own files. */
export function suitePath(suite: string, file: string): string {
  requireSuiteName(suite);
  return `dists/${suite}/${file}`;
}

export function readInRelease(store: Store, suite: string): Promise<Statement> {
  return readStatement(store, suite, "InRelease", cleartextOf);
}

export function readRelease(store: Store, suite: string): Promise<Statement> {
  return readStatement(store, suite, "Release", (text) => text);
}

async function readStatement(
  store: Store,
  suite: string,
  file: string,
  signedText: (text: string) => string | undefined,
): Promise<Statement> {
  const path = suitePath(suite, file);
  const found = await store.stat(path);
  // A giant in its place is damage like any other: it is replaced by its digest, never read.
  const bytes = found === undefined || found.size > LIMIT ? undefined : await store.read(path, LIMIT);
  if (bytes === undefined) return { digest: await store.digest(path), says: undefined, text: undefined };
  const text = signedText(Buffer.from(bytes).toString("utf8"));
  const says = text === undefined ? undefined : parseRelease(text);
  return { digest: sha256(bytes), says: says?.suite === suite ? says : undefined, text };
}
