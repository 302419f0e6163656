import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, type Mistake, SlipwayError } from "../errors.ts";

/** Words of libraries and of the language: whoever made a mistake is told of it in Slipway's own. */
const foreign = /Invalid input|Invalid option|Too (?:small|big)|Unrecognized key|must match pattern|JSON at position/;
const internal = /Cannot read prop|is not a function|is not iterable|undefined|\bNaN\b|\[object |node_modules/;

/**
 * Asserts that an error is a refusal of one mistake with this code, whose sentence says `says`: in words of Slipway's
 * own, printable, of bounded length, and without a stack.
 */
export function assertRefusal(error: unknown, code: ErrorCode, says: string): Mistake {
  assert.ok(error instanceof SlipwayError, String(error));
  const [mistake, ...more] = error.mistakes;
  assert.ok(mistake !== undefined && more.length === 0, error.message);
  assert.equal(mistake.code, code, error.message);
  assert.ok(mistake.message.includes(says), `${says}\nin: ${error.message}`);
  assert.doesNotMatch(error.message, foreign);
  assert.doesNotMatch(error.message, internal);
  assert.doesNotMatch(error.message, /^\s+at /m);
  assert.doesNotMatch(error.message.replaceAll("\n", ""), /[\p{Cc}\p{Cs}]/u);
  assert.ok(error.message.length < 1500, "no dump of the input");
  return mistake;
}

/** A table of bad input keeps its size: `least` rows, and none twice. */
export function holdsRows(what: string, least: number, rows: readonly (readonly [name: string, ...unknown[]])[]): void {
  test(`${what}: at least ${least} rows, each of its own`, () => {
    assert.ok(rows.length >= least, `${rows.length} rows`);
    assert.equal(new Set(rows.map(([name]) => name)).size, rows.length);
  });
}
