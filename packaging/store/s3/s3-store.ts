import { randomUUID } from "node:crypto";
import { byBytes } from "../../byte-order.ts";
import { refusal } from "../../errors.ts";
import type { S3Location } from "../location.ts";
import { promisedOf } from "../object-bytes.ts";
import { checkPrefix } from "../object-path.ts";
import type { ObjectBytes, Store, StoredObject } from "../store.ts";
import { S3Bucket } from "./bucket.ts";
import { downloadTo } from "./download.ts";
import { listObjects } from "./list-objects.ts";
import { type S3Policy, s3Policy } from "./policy.ts";
import { putObject } from "./put-object.ts";
import { digestOf, drain, lookAt, readObject } from "./read-object.ts";

/** How often a replacement looks again at an object that changes under it. */
const looks = 5;

/**
 * A bucket of S3, or of a service that speaks its API. A create is one write that the service refuses where there is an object
 * already; a replacement one that it refuses where the object is not the one that was looked at. Digests are the service's own
 * where they are asked for as kept (`keptDigest`); `digest` reads the bytes, for it is asked where damage is looked for.
 */
export function s3Store(location: S3Location, policy: S3Policy = s3Policy): Store {
  return new S3Store(new S3Bucket(location, policy));
}

class S3Store implements Store {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    checkPrefix(prefix);
    const found = await listObjects(this.#bucket, prefix);
    return [...found].sort((a, b) => byBytes(a.path, b.path));
  }

  async stat(path: string): Promise<StoredObject | undefined> {
    const found = await lookAt(this.#bucket, path);
    return found && { path, size: found.size };
  }

  async digest(path: string): Promise<string | undefined> {
    return digestOf(this.#bucket, path);
  }

  async keptDigest(path: string): Promise<string | undefined> {
    const found = await lookAt(this.#bucket, path);
    return found && (found.kept ?? this.digest(path));
  }

  async read(path: string, limit: number): Promise<Uint8Array | undefined> {
    const tooLarge = () =>
      refusal("SLW-STORE", `${path} in the bucket ${this.#bucket.shown} is larger than ${limit} bytes.`);
    const came = await readObject(this.#bucket, "read", path, async (pieces, size) => {
      if (size > limit) throw tooLarge();
      const all: Buffer[] = [];
      let length = 0;
      for await (const piece of pieces) {
        length += piece.length;
        if (length > limit) throw tooLarge();
        all.push(piece);
      }
      return Buffer.concat(all);
    });
    return came?.taken;
  }

  async download(path: string, file: string, limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    return downloadTo(this.#bucket, path, file, limit);
  }

  async create(path: string, bytes: ObjectBytes): Promise<"created" | "equal"> {
    const { sha256 } = promisedOf(bytes);
    // What is small is sent at once; a file is not sent to be refused at its end.
    let there = bytes instanceof Uint8Array ? undefined : await this.keptDigest(path);
    if (there === undefined) {
      if (await putObject(this.#bucket, path, bytes, { condition: { IfNoneMatch: "*" } })) return "created";
      there = await this.keptDigest(path);
    }
    if (there === sha256) return "equal";
    throw refusal(
      "SLW-STORE-CONFLICT",
      `${path} is in the bucket with other bytes: SHA-256 ${there ?? "(gone again)"} is there, ${sha256} was to be ` +
        "written. Nothing was written.",
      { hint: "What is published is never written over: give the changed content a new version." },
    );
  }

  async replace(path: string, bytes: ObjectBytes, expected: string | undefined): Promise<boolean> {
    const writer = randomUUID();
    if (expected === undefined) {
      return putObject(this.#bucket, path, bytes, { condition: { IfNoneMatch: "*" }, writer });
    }
    for (let look = 0; look < looks; look += 1) {
      const etag = await this.#etagOf(path, expected);
      if (etag === undefined) return false;
      if (await putObject(this.#bucket, path, bytes, { condition: { IfMatch: etag }, writer })) return true;
    }
    throw refusal(
      "SLW-STORE",
      `cannot write ${path} in the bucket ${this.#bucket.shown}: the service calls it changed, and it is not.`,
      { hint: "Others may be writing it, or something between here and the service alters ETags. Run again." },
    );
  }

  /** The ETag of the object while its digest is the expected one: the service's word where it keeps that, else the bytes'. */
  async #etagOf(path: string, expected: string): Promise<string | undefined> {
    const found = await lookAt(this.#bucket, path);
    if (found === undefined || found.kept === expected) return found?.etag;
    const came = await readObject(this.#bucket, "read", path, drain);
    return came?.sha256 === expected ? came.etag : undefined;
  }
}
