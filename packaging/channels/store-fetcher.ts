import { BaseFetcher } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import type { Store } from "../store/store.ts";

/** Where the bucket seems to be for tuf-js, which knows objects by address only. Nothing is ever sent there. */
export const bucketUrl = "https://bucket.invalid/";

/** Lets tuf-js read a bucket through its store. */
export class StoreFetcher extends BaseFetcher {
  readonly #store: Store;
  readonly #limit: number;
  #latest: string | undefined;
  #failure: unknown;

  /** `limit`: the largest object in bytes that is read at all. */
  constructor(store: Store, limit: number) {
    super();
    this.#store = store;
    this.#limit = limit;
  }

  /** Path of the object that was read last: what a client that stops was looking at. */
  get latest(): string | undefined {
    return this.#latest;
  }

  /** What the store failed with, in its own words; undefined where it answered. */
  get failure(): unknown {
    return this.#failure;
  }

  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const path = decodeURIComponent(url.slice(bucketUrl.length));
    this.#latest = path;
    const { size = 0 } = (await this.#asked(this.#store.stat(path))) ?? {};
    if (size > this.#limit) throw new Error(`${path} is larger than ${this.#limit} bytes`);
    const bytes = await this.#asked(this.#store.read(path, this.#limit));
    // The client takes this status for "there is no newer root".
    if (bytes === undefined) throw new DownloadHTTPError(`${path} is not in the bucket`, 404);
    return new Blob([new Uint8Array(bytes)]).stream();
  }

  async #asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
