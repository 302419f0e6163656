import { test } from "node:test";
import fc from "fast-check";
import { readers } from "./readers.ts";
import { roundTrips } from "./round-trips.ts";

/** The short run; `npm run fuzz -- --minutes 10` is the long one. A failure prints seed and path, and the smallest case. */
for (const { name, runs, property } of [...readers, ...roundTrips]) {
  test(`${name}: a value or one sentence, never anything else`, async () => {
    await fc.assert(property, { numRuns: runs });
  });
}
