import { setTimeout as delay } from "node:timers/promises";
import { SlipwayError } from "../../errors.ts";
import { type S3Location, shownLocation } from "../location.ts";
import { checkObjectPath } from "../object-path.ts";
import { openDoor, type S3Door } from "./client.ts";
import { explained, passes } from "./failure.ts";
import type { S3Policy } from "./policy.ts";

/** One bucket, and how it is asked: again where that may help, and with one sentence where it does not. */
export class S3Bucket {
  readonly location: S3Location;
  readonly policy: S3Policy;
  #door: Promise<S3Door> | undefined;

  constructor(location: S3Location, policy: S3Policy) {
    this.location = location;
    this.policy = policy;
  }

  /** How messages name it. */
  get shown(): string {
    return shownLocation(this.location);
  }

  /** What a request needs to name an object. Refuses (SLW-STORE) what is no path of one. */
  at(path: string): { readonly Bucket: string; readonly Key: string } {
    checkObjectPath(path);
    return { Bucket: this.location.bucket, Key: `${this.location.prefix}${path}` };
  }

  /**
   * Does `work` until it succeeds, with longer and longer pauses, as long as what fails may pass. `attempt` counts from 1: before
   * any later one, an earlier one may have done its work without an answer.
   * @throws SlipwayError SLW-STORE that names verb and object.
   */
  async ask<T>(verb: string, path: string, work: (door: S3Door, attempt: number) => Promise<T>): Promise<T> {
    const { attempts, firstPauseMs, longestPauseMs } = this.policy;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#door ??= openDoor(this.location, this.policy);
        return await work(await this.#door, attempt);
      } catch (error) {
        if (error instanceof SlipwayError) throw error;
        const again = passes(error);
        if (again === undefined || attempt === attempts) {
          throw explained(error, `cannot ${verb} ${path} in the bucket ${this.shown}`, attempt);
        }
        // Many that were turned away at once do not come back at once.
        const pause = firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
        await delay(Math.min(Math.max(pause, again.waitMs), longestPauseMs));
      }
    }
  }
}
