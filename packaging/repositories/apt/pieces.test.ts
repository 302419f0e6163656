import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cutPieces } from "./pieces.ts";

const cut = (texts: readonly string[]): readonly Buffer[] => cutPieces(texts.map((text) => Buffer.from(text)));

/** Texts that differ from each other, as an index's do, of a few hundred bytes. */
const texts = (count: number, seed = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `Package: p${seed}-${at}\n${"Field: of some length\n".repeat(at % 17)}\n`);

test("no byte is lost, and every text is whole in one piece", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 9000 }), { maxLength: 60 }), (them) => {
      const pieces = cut(them);
      assert.equal(Buffer.concat(pieces).toString(), Buffer.from(them.join("")).toString());
      const ends = (all: readonly number[]) => all.map((_, at) => all.slice(0, at + 1).reduce((a, b) => a + b, 0));
      const texts = new Set([0, ...ends(them.map((text) => Buffer.byteLength(text)))]);
      assert.ok(ends(pieces.map(({ length }) => length)).every((end) => texts.has(end)));
    }),
  );
});

test("an empty index is one empty piece, a text larger than all limits is one", () => {
  assert.deepEqual(cut([]), [Buffer.alloc(0)]);
  assert.equal(cut(["x".repeat(3 << 20)]).length, 1);
});

test("one text added or removed anywhere changes one piece or a few beside it", () => {
  const many = texts(4000);
  const before = new Set(cut(many).map(String));
  assert.ok(before.size > 10);
  let most = 0;
  for (let at = 0; at <= many.length; at += 97) {
    const fresh = [many.toSpliced(at, 0, "Package: added\n\n"), many.toSpliced(at, 1)].map(
      (them) => cut(them).filter((piece) => !before.has(String(piece))).length,
    );
    most = Math.max(most, ...fresh);
  }
  assert.ok(most <= 4, `${most} pieces of ${before.size}`);
});

test("pieces are of like size whatever the length of the texts", () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => `usr/share/doc/package-${at}/copyright   utils/package\n`);
  for (const them of [texts(8000), lines]) {
    const pieces = cut(them);
    const mean = them.join("").length / pieces.length;
    assert.ok(mean > 20_000 && mean < 120_000, `${mean}`);
  }
});
