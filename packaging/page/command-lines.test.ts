import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { run } from "../process.ts";
import { objectAddress } from "../repositories/object-address.ts";
import { powerShellWord, shellWord } from "./command-lines.ts";

test("a shell reads a word as it was, whatever is in it", async () => {
  const words = [
    "plain-1.0.0~rc.zip",
    "it's",
    "$(id)",
    "a b;c",
    "~",
    "*",
    "https://a.example/x?y=1&z",
    "`id`",
    '"',
    "-n",
  ];
  const { stdout } = await run({ file: "sh", args: ["-c", `printf '%s\\n' ${words.map(shellWord).join(" ")}`] });
  assert.deepEqual(stdout.split("\n"), words);
});

test("a word is either of harmless letters or quoted as a whole", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.match(shellWord(text), /^(?:[A-Za-z0-9_./:@%+=,~-]+|'(?:[^']|'\\'')*')$/);
      assert.match(powerShellWord(text), /^(?:[A-Za-z0-9_./:+=-]+|'(?:[^']|'')*')$/);
    }),
  );
});

test("the address of an object has its path encoded, for a plus is a blank to some servers", () => {
  assert.equal(
    objectAddress("https://a.example/b/", "releases/x/1.0.0+01/f~1"),
    "https://a.example/b/releases/x/1.0.0%2B01/f~1",
  );
});
