import assert from "node:assert/strict";
import { test } from "node:test";
import { droppedProducts } from "./dropped-products.ts";

const moved = [
  { product: "agent", channel: "stable", version: "1.4.0" },
  { product: "runtime", channel: "stable", version: "2.0.0" },
];

test("who is still moved loses nothing", () => {
  assert.deepEqual(droppedProducts(moved, "stable", ["agent", "runtime", "other"]), []);
  assert.deepEqual(droppedProducts([], "stable", ["agent"]), []);
});

test("a product that a stack forgets, and a channel that it leaves, are named with the version where users stay", () => {
  assert.deepEqual(droppedProducts(moved, "stable", ["agent"]), [
    "this stack no longer moves channel stable of runtime: its machines stay on 2.0.0 and get no more updates from here. It " +
      "stays in the suite while the foundation lists it, and what is published stays in the bucket.",
  ]);
  const [first, second] = droppedProducts(moved, "beta", ["agent", "runtime"]);
  assert.match(first ?? "", /channel stable of agent/);
  assert.match(second ?? "", /channel stable of runtime/);
});
