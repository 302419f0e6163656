import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, SlipwayError } from "../errors.ts";
import { allOrMistakes } from "./all-or-mistakes.ts";

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("all values, in the order of the work", async () => {
  assert.deepEqual(await allOrMistakes([later(5).then(() => 1), Promise.resolve(2)]), [1, 2]);
});

test("every mistake once, in the order of the work and not of its end", async () => {
  const slow = later(5).then(() => Promise.reject(refusal("SLW-STAGING", "first")));
  const quick = Promise.reject(refusal("SLW-PAYLOAD-ARCH", "second"));
  const again = Promise.reject(refusal("SLW-STAGING", "first"));
  await assert.rejects(allOrMistakes([slow, quick, again]), (error) => {
    assert.ok(error instanceof SlipwayError);
    assert.deepEqual(
      error.mistakes.map(({ message }) => message),
      ["first", "second"],
    );
    return true;
  });
});

test("a fault of ours is not told as a user's mistake", async () => {
  await assert.rejects(allOrMistakes([Promise.reject(new TypeError("ours"))]), TypeError);
});
