/** The bytes of an object: a few in memory, or a file on this machine with its known digest. */
export type ObjectBytes = Uint8Array | FileBytes;

export interface FileBytes {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

export interface StoredObject {
  readonly path: string;
  readonly size: number;
}

/**
 * The object store, a door to the outside. Paths are relative, with forward slashes. Every write is whole or not at
 * all: a reader never meets half an object under its own name.
 */
export interface Store {
  /** Objects whose path starts with `prefix`, sorted by path as UTF-8 bytes. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** Size of an object, or undefined where there is none. */
  stat(path: string): Promise<StoredObject | undefined>;
  /** SHA-256 of an object's bytes as they are now, or undefined where there is none. */
  digest(path: string): Promise<string | undefined>;
  /**
   * SHA-256 that the store itself keeps of an object since it wrote it, without reading its bytes; where it keeps none, they
   * are read. Undefined where there is no object.
   */
  keptDigest(path: string): Promise<string | undefined>;
  /** The whole object, or undefined where there is none; refuses (SLW-STORE) one larger than `limit` bytes. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
  /**
   * Copies an object to a local file (temporary name, then rename), or returns false where there is none. Refuses (SLW-STORE)
   * one of more than `limit` bytes, and writes no more than these.
   */
  download(path: string, file: string, limit?: number): Promise<boolean>;
  /**
   * Create-only. `created`: it is new; `equal`: the same bytes were there (nothing was written).
   * Refuses with SLW-STORE-CONFLICT where other bytes are there.
   */
  create(path: string, bytes: ObjectBytes): Promise<"created" | "equal">;
  /**
   * Compare-and-set: writes only while the object's digest is `expected` (undefined: absent). Returns false, with
   * nothing written, where it is another.
   */
  replace(path: string, bytes: ObjectBytes, expected: string | undefined): Promise<boolean>;
}
