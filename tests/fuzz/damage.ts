import fc from "fast-check";
import { canonicalJson } from "../../packaging/canonical-json.ts";

/** An input that was whole, and what became of it. */
export interface Damaged {
  /** Which of the seeds it was. */
  readonly seed: number;
  readonly bytes: Uint8Array;
  /** Nothing was done to it: it must be read. */
  readonly whole: boolean;
}

/** One thing done to bytes; places are taken modulo the length. */
type Edit = (bytes: Buffer, seeds: readonly Uint8Array[]) => Buffer;

const place = fc.nat(2 ** 31 - 1);
const length = fc.oneof(fc.nat(8), fc.nat(600));
/** Where parsers of lengths break: nothing, one, signs, the ends of every width. */
const extremes = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn] as const;
const wide = [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n] as const;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(
    ([at, bit]): Edit =>
      (bytes) => {
        return changed(bytes, at, (old) => old ^ (1 << bit));
      },
  ),
  fc.tuple(place, fc.oneof(fc.constantFrom(0, 1, 0x20, 0x2f, 0x7f, 0x80, 0xff), fc.nat(255))).map(
    ([at, byte]): Edit =>
      (bytes) =>
        changed(bytes, at, () => byte),
  ),
  place.map(
    (at): Edit =>
      (bytes) =>
        bytes.subarray(0, within(bytes, at)),
  ),
  fc.tuple(place, length).map(
    ([at, count]): Edit =>
      (bytes) =>
        replaced(bytes, at, count, []),
  ),
  fc.tuple(place, length, fc.integer({ min: 2, max: 9 })).map(
    ([at, count, times]): Edit =>
      (bytes) => {
        const from = within(bytes, at);
        const piece = bytes.subarray(from, from + count);
        return replaced(
          bytes,
          at,
          count,
          Array.from({ length: times }, () => piece),
        );
      },
  ),
  fc.tuple(place, fc.uint8Array({ maxLength: 40 })).map(
    ([at, more]): Edit =>
      (bytes) => {
        return replaced(bytes, at, 0, [more]);
      },
  ),
  fc.tuple(place, length, fc.nat(100), place).map(
    ([at, count, other, from]): Edit =>
      (bytes, seeds) => {
        const source = Buffer.from(seeds[other % seeds.length] ?? []);
        const start = within(source, from);
        return replaced(bytes, at, count, [source.subarray(start, start + count)]);
      },
  ),
  fc.tuple(place, fc.constantFrom(1, 2, 4, 8), fc.constantFrom(...extremes, ...wide), fc.boolean()).map(
    ([at, width, value, little]): Edit =>
      (bytes) => {
        const number = Buffer.alloc(8);
        if (little) number.writeBigUInt64LE(value);
        else number.writeBigUInt64BE(value);
        return replaced(bytes, at, width, [little ? number.subarray(0, width) : number.subarray(8 - width)]);
      },
  ),
  fc.tuple(place, fc.constantFrom("9", "7", "0", " ", "-", "e")).map(
    ([which, digit]): Edit =>
      (bytes) => {
        const runs = [...bytes.toString("latin1").matchAll(/[0-9]+/g)];
        const run = runs[which % Math.max(1, runs.length)];
        return run === undefined
          ? bytes
          : replaced(bytes, run.index, run[0].length, [Buffer.alloc(run[0].length, digit)]);
      },
  ),
);

/** Inputs with up to four things done to one seed, and now and then none. */
export function damaged(seeds: readonly Uint8Array[]): fc.Arbitrary<Damaged> {
  return fc.tuple(fc.nat(seeds.length - 1), fc.array(edit, { maxLength: 4 })).map(([seed, edits]) => {
    const whole = Buffer.from(seeds[seed] ?? []);
    return { seed, bytes: edits.reduce<Buffer>((bytes, one) => one(bytes, seeds), whole), whole: edits.length === 0 };
  });
}

const values = [null, true, -1, 0, 0.5, 2 ** 53, 1e308, "", "../x", "a\u0000", "\u202e", "x".repeat(5000), [], {}];

/** JSON in its canonical form with one value replaced, removed, doubled or nested: what gets past every parser of text. */
export function damagedJson(seeds: readonly Uint8Array[]): fc.Arbitrary<Damaged> {
  const how = fc.oneof(
    fc.constantFrom<unknown>(...values),
    fc.constantFrom("remove", "double", "nest").map(Symbol.for),
  );
  return fc.tuple(fc.nat(seeds.length - 1), place, how).map(([seed, which, change]) => {
    const value: unknown = JSON.parse(Buffer.from(seeds[seed] ?? []).toString());
    const holders = holdersOf(value);
    const [holder, key] = holders[which % holders.length] ?? [{}, ""];
    changeJson(holder as Record<string, unknown>, key, change);
    return { seed, bytes: Buffer.from(canonicalJson(value)), whole: false };
  });
}

function changeJson(holder: Record<string, unknown>, key: string, change: unknown): void {
  if (change === Symbol.for("remove")) delete holder[key];
  else if (change === Symbol.for("double")) holder[`${key}x`] = holder[key];
  else if (change === Symbol.for("nest"))
    holder[key] = Array.from({ length: 500 }).reduce((inner) => [inner], holder[key]);
  else holder[key] = change;
}

/** Every place in a JSON value where something stands. */
function holdersOf(value: unknown): readonly (readonly [object, string])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...holdersOf(inner)]);
}

function within(bytes: Uint8Array, at: number): number {
  return bytes.length === 0 ? 0 : at % bytes.length;
}

function changed(bytes: Buffer, at: number, change: (old: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const index = within(bytes, at);
  if (copy.length > 0) copy[index] = change(copy[index] ?? 0);
  return copy;
}

function replaced(bytes: Buffer, at: number, count: number, pieces: readonly Uint8Array[]): Buffer {
  const from = within(bytes, at);
  return Buffer.concat([bytes.subarray(0, from), ...pieces, bytes.subarray(from + count)]);
}
