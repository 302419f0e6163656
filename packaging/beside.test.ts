import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { beside } from "./beside.ts";

test("a module beside another one has its ending, in a checkout and in the package", () => {
  assert.ok(existsSync(beside(import.meta.url, "beside")));
  const packed = "file:///program/node_modules/slipway/dist/packaging/builds/build.js";
  assert.equal(beside(packed, "./worker").href, "file:///program/node_modules/slipway/dist/packaging/builds/worker.js");
});
