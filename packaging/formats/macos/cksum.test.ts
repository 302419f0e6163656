import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Cksum, cksum } from "./cksum.ts";

// What cksum(1) of GNU coreutils says of these; tests/formats asks it about more.
const known: readonly (readonly [bytes: Uint8Array, sum: number])[] = [
  [Buffer.from(""), 4294967295],
  [Buffer.from("a"), 1220704766],
  [Buffer.from("123456789"), 930766865],
  [Buffer.alloc(1000), 2610763910],
];

for (const [bytes, sum] of known) {
  test(`the checksum of ${bytes.length} bytes is ${sum}`, () => assert.equal(cksum(bytes), sum));
}

test("it depends on the bytes, not on where they are cut", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(40), { maxLength: 4 }), (bytes, cuts) => {
      const sum = new Cksum();
      let from = 0;
      for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
        sum.update(bytes.subarray(from, cut));
        from = Math.max(from, Math.min(cut, bytes.length));
      }
      assert.equal(sum.value(), cksum(bytes));
    }),
    { numRuns: 100 },
  );
});
