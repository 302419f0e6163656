import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast, parseVersion } from "./version.mjs";

/** @type {[text: string, version: [number, number, number] | undefined][]} */
const texts = [
  ["v3.250.0\n", [3, 250, 0]],
  ["3.251.0-alpha.1+abc", [3, 251, 0]],
  ["go version go1.26.8 linux/amd64", [1, 26, 8]],
  ["go version go1.25 windows/amd64", [1, 25, 0]],
  ["git version 2.39.5 (Apple Git-154)", [2, 39, 5]],
  ["command not found", undefined],
];
for (const [text, version] of texts) {
  test(`the version in ${JSON.stringify(text)}`, () => assert.deepEqual(parseVersion(text), version));
}

/** @type {[text: string, oldest: string, enough: boolean][]} */
const comparisons = [
  ["3.250.0", "3.250.0", true],
  ["3.250.1", "3.250.0", true],
  ["3.1000.0", "3.250.0", true],
  ["4.0.0", "3.250.0", true],
  ["3.249.9", "3.250.0", false],
  ["2.999.999", "3.250.0", false],
  ["go1.25", "1.25.0", true],
  ["go1.3.9", "1.25.0", false],
  ["nothing", "1.0.0", false],
];
for (const [text, oldest, enough] of comparisons) {
  test(`${text} is ${enough ? "" : "not "}at least ${oldest}`, () => assert.equal(isAtLeast(text, oldest), enough));
}
