import assert from "node:assert/strict";
import { test } from "node:test";
import { promotion } from "./__fixtures__/promotion.ts";
import { recordListed } from "./record-listed.ts";

test("a record that the source channel's role lists may be promoted", () => {
  assert.equal(recordListed.check(promotion), undefined);
  assert.equal(recordListed.check({ ...promotion, listed: 0 }), undefined, "whatever the serial is");
});

test("a record that no entry names, or only one that nobody vouches for, may not", () => {
  assert.equal(
    recordListed.check({ ...promotion, listed: null }),
    "No entry of channel candidate that its role vouches for names runtime 1.4.1 (record a1a1…a1), so nothing says that " +
      "these are the bytes that were tested. Move candidate to it first, then run this update again.",
  );
});
