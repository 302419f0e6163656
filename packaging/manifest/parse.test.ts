import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { SlipwayError } from "../errors.ts";
import { parseManifest } from "./parse.ts";
import { sample, slips } from "./slips.ts";

for (const [name, was, becomes, ...says] of slips)
  test(`slip: ${name}`, () => {
    assert.ok(sample.includes(was), "the table edits a piece of the sample");
    const marked = sample.replace(was, () => becomes);
    const [before = ""] = marked.includes("»") ? marked.split("»") : [""];
    const error = mistakesIn(marked.replace("»", ""));
    assertRefusal(error, says.includes("[SLW-VERSION]") ? "SLW-VERSION" : "SLW-MANIFEST", "");
    const lines = before.split("\n");
    const place = { file: "lamp.yaml", line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
    assert.deepEqual(error.mistakes[0]?.place, place, error.message);
    for (const piece of says) assert.ok(error.message.includes(piece), `${piece} in: ${error.message}`);
  });

holdsRows("slips", 235, slips);

test("the sample itself is a product with all defaults filled in", async () => {
  await golden("sample.json", `${JSON.stringify(parseManifest(sample, "lamp.yaml"), null, 2)}\n`);
});

test("defaults: what a manifest leaves out", () => {
  const short = sample.slice(0, sample.indexOf("configuration:")).replace(/features:\n.*\n/, "");
  const product = parseManifest(short, "lamp.yaml");
  assert.deepEqual(
    [
      product.files,
      product.services,
      product.units,
      product.sockets,
      product.completions,
      product.manuals,
      product.hooks,
      product.features,
    ],
    [[], [], [], [], {}, [], {}, {}],
  );
});

test("all mistakes at once, in the order of the file, each with its line and what to write", async () => {
  const bad = await readFile(new URL("__fixtures__/many-mistakes.yaml", import.meta.url), "utf8");
  const error = mistakesIn(bad);
  const lines = error.mistakes.map(({ place }) => place?.line ?? 0);
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
  );
  await golden("many-mistakes.txt", `${error.message}\n`);
});

test("an excerpt of a line that is long, wide or hostile", async () => {
  const hostile = [
    "schema: 1\r",
    `product: ${"lamp ".repeat(60)}\r`,
    'version: "\u{1f4a1}" # \u001b[31m \u202e',
    "",
  ].join("\n");
  const { mistakes } = mistakesIn(hostile);
  await golden(
    "hostile.txt",
    `${mistakes
      .slice(-2)
      .flatMap(({ message, excerpt = "" }) => [message, excerpt])
      .join("\n")}\n`,
  );
});

for (const [name, text] of [
  ["empty file", ""],
  ["only a comment", "# nothing\n"],
  ["a list", "- schema: 1\n"],
  ["a word", "manifest\n"],
  ["nothing", "~\n"],
] as const)
  test(`not a manifest at all: ${name}`, () => {
    const error = mistakesIn(text);
    assert.equal(error.mistakes.length, 1, error.message);
    assert.match(error.message, /^lamp\.yaml:1:1 {2}manifest: expected a manifest: a map that starts with schema/);
  });

for (const [name, text] of [
  ["lists in lists", "[".repeat(50_000)],
  ["maps in maps", "{a: ".repeat(50_000)],
  ["keys of keys", "? ".repeat(50_000)],
  ["aliases of aliases", `a: &a [1]\nb: &b [${"*a,".repeat(50)}]\nc: [${"*b,".repeat(20_000)}]\n`],
  ["thirty thousand keys", Array.from({ length: 30_000 }, (_, index) => `k${index}:`).join("\n")],
  ["more than 1 MiB", `${sample}#${"x".repeat(1 << 20)}`],
] as const)
  test(`made to be slow: ${name}`, { timeout: 30_000 }, () => {
    assert.ok(mistakesIn(text).message.length < 1 << 20);
  });

test("any damage to the sample is answered with a product or with mistakes in the file", () => {
  const lines = sample.split("\n").length;
  const damage = fc.record({
    at: fc.nat(sample.length),
    cut: fc.nat(12),
    put: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("\n", "  ", ": ", "- ", "[", "}", '"', "&a ", "*a", "!!map ", "\t"),
    ),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
      const text = damages.reduce((was, { at, cut, put }) => was.slice(0, at) + put + was.slice(at + cut), sample);
      try {
        parseManifest(text, "lamp.yaml");
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
        for (const { place } of error.mistakes) {
          assert.ok(place !== undefined && place.line >= 1 && place.column >= 1);
          assert.ok(place.line <= lines + 12);
        }
      }
    }),
    { numRuns: 300 },
  );
});

function mistakesIn(text: string): SlipwayError {
  try {
    parseManifest(text, "lamp.yaml");
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  return assert.fail("expected mistakes, found a product");
}

async function golden(name: string, actual: string): Promise<void> {
  const file = new URL(`__golden__/${name}`, import.meta.url);
  const { UPDATE_GOLDEN: update } = process.env;
  if (update === "1") await writeFile(file, actual);
  assert.equal(actual, await readFile(file, "utf8"));
}
