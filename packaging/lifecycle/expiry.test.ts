import assert from "node:assert/strict";
import { test } from "node:test";
import { renewalTime, tenYears, validity } from "./expiry.ts";

const day = 86_400;

test("a move holds for as many days as its stack says, else ten years", () => {
  assert.equal(validity(30), 30 * day);
  assert.equal(validity(undefined), tenYears);
  assert.equal(tenYears, 3650 * day);
});

test("what has less than a third of its life left is signed anew", () => {
  const moved = 1_700_000_000;
  const ends = moved + validity(90);
  assert.ok(ends >= renewalTime(moved, 90), "not on its first day");
  assert.ok(ends >= renewalTime(moved + 60 * day, 90), "not while a third is left");
  assert.ok(ends < renewalTime(moved + 60 * day + 1, 90));
  assert.ok(ends < renewalTime(ends, 90), "and when it ended, all the more");
});
