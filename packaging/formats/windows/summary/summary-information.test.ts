import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { holdsRows } from "../../../__fixtures__/refused.ts";
import { SlipwayError } from "../../../errors.ts";
import { encodeSummary, readSummary, type SummaryInformation } from "./summary-information.ts";

const text = fc
  .oneof(fc.constantFrom("x64;1033", "Größe", "日本"), fc.string({ unit: "grapheme", maxLength: 30 }))
  .filter((it) => it.isWellFormed() && !it.includes("\0"));
const time = fc.integer({ min: -11_644_473_600, max: 2 ** 35 });
const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const summaries: fc.Arbitrary<SummaryInformation> = fc.record(
  {
    ...{ title: text, subject: text, author: text, keywords: text, comments: text, template: text, revision: text },
    ...{ created: time, saved: time, pageCount: number, wordCount: number, application: text, security: number },
  },
  { requiredKeys: [], noNullPrototype: true },
);

test("what is written is read again", () => {
  fc.assert(
    fc.property(summaries, (summary) => {
      assert.deepEqual(readSummary(encodeSummary(summary)), summary);
    }),
    { numRuns: 100 },
  );
});

test("a summary, byte for byte", () => {
  const bytes = encodeSummary({ title: "Ü", created: 0, wordCount: 2 });
  const lines = [
    "feff 0000 05000200 00000000000000000000000000000000 01000000",
    "e0859ff2f94f6810ab9108002b27b3d9 30000000",
    // 80 bytes, four properties and where their values are
    "50000000 04000000 01000000 28000000 02000000 30000000 0c000000 3c000000 0f000000 48000000",
    "02000000 e4040000",
    "1e000000 02000000 dc000000",
    "40000000 00803ed5deb19d01",
    "03000000 02000000",
  ];
  assert.equal(bytes.toString("hex"), lines.join("").replaceAll(" ", ""));
});

test("text that is none is refused", () => {
  for (const title of ["\ud800", "a\0b"]) assert.throws(() => encodeSummary({ title }), { code: "SLW-FORMAT" });
});

const seed = encodeSummary({ title: "A product", author: "Zoë", created: 1_700_000_000, saved: 0, pageCount: 500 });

test("damage and cuts are read or refused", () => {
  const outcome = (bytes: Buffer) => {
    try {
      readSummary(bytes);
    } catch (error) {
      assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
    }
  };
  for (let length = 0; length < seed.length; length += 1) {
    assert.throws(() => readSummary(seed.subarray(0, length)), { code: "SLW-FORMAT" }, `${length}`);
  }
  for (let at = 0; at < seed.length; at += 1) {
    for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
      const bytes = Buffer.from(seed);
      bytes[at] = byte;
      outcome(bytes);
    }
  }
});

const attacks: readonly (readonly [name: string, at: number, value: number, says: RegExp])[] = [
  ["another byte order", 0, 0xfeff, /header/],
  ["two sets", 24, 2, /another kind/],
  ["another format", 28, 1, /another kind/],
  ["a set outside of the stream", 44, 0xffff_fff0, /outside/],
  ["more bytes than there are", 48, 0xffff_fff0, /not possible/],
  ["a thousand million properties", 52, 1_000_000_000, /not possible/],
  ["a property twice", 64, 1, /twice/],
  ["a code page that is not known", 108, 932, /code page 932/],
  ["a value outside of the set", 68, 0xffff_fff0, /outside/],
  ["a value of another type", 104, 5, /type 5/],
];
holdsRows("summary information", 10, attacks);
for (const [what, at, value, says] of attacks) {
  test(`${what} is refused`, () => {
    const bytes = Buffer.from(seed);
    bytes.writeUInt32LE(value, at);
    assert.throws(
      () => readSummary(bytes),
      (error) => {
        assert.ok(error instanceof SlipwayError && says.test(error.message), String(error));
        return true;
      },
    );
  });
}
