import assert from "node:assert/strict";
import { test } from "node:test";
import { editDistance, nearest } from "./nearest.ts";

for (const [from, to, distance] of [
  ["", "", 0],
  ["", "abc", 3],
  ["abc", "", 3],
  ["mode", "mode", 0],
  ["moed", "mode", 1],
  ["mod", "mode", 1],
  ["modes", "mode", 1],
  ["node", "mode", 1],
  ["license", "licence", 1],
  ["kitten", "sitting", 3],
  ["ca", "abc", 3],
] as const)
  test(`"${from}" and "${to}" are ${distance} apart`, () => {
    assert.equal(editDistance(from, to), distance);
    assert.equal(editDistance(to, from), distance);
  });

test("the nearest word within one slip in three letters", () => {
  const words = ["mode", "owner", "group", "from", "to", "configuration"];
  assert.equal(nearest("Ownr", words), "owner");
  assert.equal(nearest("form", words), "from");
  assert.equal(nearest("config", words), undefined);
  assert.equal(nearest("xx", words), undefined);
  assert.equal(nearest("x".repeat(1 << 20), words), undefined);
});
