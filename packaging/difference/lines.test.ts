import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareFields, fieldsOfControl } from "./fields.ts";
import { compareLines, compareTexts } from "./lines.ts";

test("lines in the place of others are one hunk; what only one side has is left to its entries", () => {
  const [from, to] = ["a\nTimeoutStopSec=30\nb\nc\n", "a\nTimeoutStopSec=90\nb\nc\nd\n"];
  assert.deepEqual(compareTexts({ x: from, gone: "1\n", same: "2\n" }, { x: to, came: "1\n", same: "2\n" }), [
    {
      path: "x",
      hunks: [
        { removed: ["TimeoutStopSec=30"], added: ["TimeoutStopSec=90"] },
        { removed: [], added: ["d"] },
      ],
    },
  ]);
});

test("a final newline counts", () => {
  const [change] = compareTexts({ x: "a\nb\n" }, { x: "a\nb" });
  assert.deepEqual(change?.hunks, [{ removed: ["b"], added: ["b (without a newline)"] }]);
});

test("hunks are what leads from one text to the other", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (from, to) => {
      const hunks = compareLines(from, to);
      const removed = hunks.flatMap((hunk) => hunk.removed);
      const added = hunks.flatMap((hunk) => hunk.added);
      assert.equal(from.length - removed.length, to.length - added.length);
      assert.equal(hunks.length === 0, from.join() === to.join());
      assert.ok(hunks.every((hunk) => hunk.removed.length + hunk.added.length > 0));
    }),
  );
});

test("two texts of nothing but other lines are shown whole, at once", () => {
  const many = (letter: string) => Array.from({ length: 30_000 }, (_, at) => `${letter}${at}`);
  assert.deepEqual(compareLines(many("a"), many("b")), [{ removed: many("a"), added: many("b") }]);
});

test("relations are lists, other control fields are text", () => {
  const from = fieldsOfControl([
    ["Depends", "libc6 (>= 2.36),  libssl1.1"],
    ["Section", "utils"],
    ["Recommends", "x"],
  ]);
  const to = fieldsOfControl([
    ["Depends", "libssl3, libc6 (>=\n 2.36)"],
    ["Section", "net"],
    ["Homepage", "https://courier.example"],
  ]);
  assert.deepEqual(compareFields(from, to), [
    { name: "Depends", added: ["libssl3"], removed: ["libssl1.1"] },
    { name: "Section", from: "utils", to: "net" },
    { name: "Homepage", to: "https://courier.example" },
    { name: "Recommends", added: [], removed: ["x"] },
  ]);
  assert.deepEqual(compareFields(to, to), []);
});
