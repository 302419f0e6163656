import assert from "node:assert/strict";
import { test } from "node:test";
import { isInstalled } from "./dependencies.mjs";

const locked = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/other-system": { version: "2.0.0", integrity: "sha512-o", optional: true },
};
const installed = { "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } };
const always = () => true;

test("a package for another system may be absent", () => assert.equal(isInstalled(locked, installed, always), true));

test("another version, other bytes, a missing package or a missing folder is a difference", () => {
  const differences = [
    { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } },
    { "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } },
    {},
  ];
  for (const difference of differences) assert.equal(isInstalled(locked, difference, always), false);
  assert.equal(
    isInstalled(locked, installed, () => false),
    false,
  );
});

test("a package that the lockfile does not name is a difference", () => {
  const more = { ...installed, "node_modules/stray": { version: "1.0.0" } };
  assert.equal(isInstalled(locked, more, always), false);
});
