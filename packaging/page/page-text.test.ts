import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { assertGolden } from "../__fixtures__/golden.ts";
import { sha256 } from "../digest.ts";
import { bareChannel, sampleChannel, sampleIndex } from "./__fixtures__/models.ts";
import type { PageModel } from "./model.ts";
import { pageText } from "./page-text.ts";
import { pageRevision } from "./places.ts";

const goldens = { "channel.html": sampleChannel, "bare.html": bareChannel, "index.html": sampleIndex } as const;

for (const [name, model] of Object.entries(goldens)) {
  test(`${name} is what it was`, () => assertGolden(import.meta.url, name, pageText(model)));
}

test("other bytes of the same models are another revision", () => {
  const texts = Object.keys(goldens).map((name) =>
    readFileSync(new URL(`__golden__/${name}`, import.meta.url), "utf8"),
  );
  assertGolden(import.meta.url, `revision-${pageRevision}.txt`, `${sha256(texts.join(""))}\n`);
});

test("style and script are allowed by their digests, and nothing from elsewhere is", () => {
  const text = pageText(sampleChannel);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#39;", "'");
  for (const [element, directive] of [
    ["style", "style-src"],
    ["script", "script-src"],
  ] as const) {
    const inside = new RegExp(String.raw`<${element}>([\s\S]*?)</${element}>`).exec(text)?.[1] ?? "";
    const digest = createHash("sha256").update(inside).digest("base64");
    assert.ok(policy?.includes(`${directive} 'sha256-${digest}'`), `${element}: ${policy}`);
  }
  assert.match(policy ?? "", /^default-src 'none'; /);
  assert.doesNotMatch(text, /\s(?:src|srcset|action|style|on[a-z]+)="/);
});

test("whatever a bucket's texts are, a page has the same elements and attributes", () => {
  const wanted = skeleton(pageText(withTexts(sampleChannel, "plain")));
  const index = skeleton(pageText(withTexts(sampleIndex, "plain")));
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: "binary" }),
      fc.constantFrom("<script>", '"><b x="', "</pre>", "' onload='", "-->", "</style>"),
      (text, more) => {
        assert.deepEqual(skeleton(pageText(withTexts(sampleChannel, text + more))), wanted);
        assert.deepEqual(skeleton(pageText(withTexts(sampleIndex, more + text))), index);
      },
    ),
    { numRuns: 25 },
  );
});

/** The tags of a page with the names of their attributes, in order, without what is inside style and script. */
function skeleton(text: string): readonly string[] {
  const bare = text.replace(/(<(style|script)>)[\s\S]*?(<\/\2>)/g, "$1$3");
  assert.doesNotMatch(bare.replace(/<[!/a-z][^<>]*>/g, ""), /[<>]/);
  return [...bare.matchAll(/<([!/a-z][^\s>]*)([^>]*)>/g)].map(([, name, attributes = ""]) => {
    return [name, ...[...attributes.matchAll(/\s([a-z-]+)(?:="[^"]*")?/g)].map(([, key]) => key)].join(" ");
  });
}

/** A model in which every text that a bucket's owner may choose is another one. */
function withTexts<M extends PageModel>(model: M, text: string): M {
  const chosen = new Set([
    "summary",
    "licence",
    "maintainer",
    "why",
    "reason",
    "counts",
    "size",
    "label",
    "says",
    "from",
    "version",
  ]);
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return chosen.has(key) && !/^\d{4}-\d\d-\d\dT/.test(value) ? text : value;
    if (Array.isArray(value)) {
      const all = key === "description" || key === "lines" || key === "kept";
      return value.map((item) => (typeof item === "string" && all ? `x${text}` : change(item, key)));
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, change(inside, name)]));
  };
  return change(model, "") as M;
}
