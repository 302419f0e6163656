import assert from "node:assert/strict";
import { test } from "node:test";
import { namedStack } from "./stack-argument.mjs";

/** @type {[args: string[], stack: string | undefined][]} */
const lines = [
  [["up", "--stack", "release", "--strict"], "release"],
  [["up", "--stack=release"], "release"],
  [["-s", "release", "preview"], "release"],
  [["preview", "-srelease"], "release"],
  [["preview", "-s=release"], "release"],
  [["preview", "--stack", "dev", "--stack", "release"], "release"],
  [["preview", "--strict", "--suppress-outputs"], undefined],
  [["preview", "--stack"], undefined],
  [["config", "set", "slipway:version", "--", "--stack=x"], undefined],
];
for (const [args, stack] of lines) {
  test(`${args.join(" ")}: ${stack ?? "no stack is named"}`, () => assert.equal(namedStack(args), stack));
}
