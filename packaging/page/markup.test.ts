import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "../manifest/printable.ts";
import { html, httpAddress, pathHref, rows } from "./markup.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "`", "=", "/", "!", "-", "a", ";", "#", "\n", "\u202e") }),
);

/** What a browser makes of the character references that are written here (HTML, section 13.2.5.72). */
function decoded(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" };
  return text.replace(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: string) => named[name] ?? "");
}

test("no text makes markup, between tags or in an attribute, and each stays what it says", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { text: made } = html`<a title="${text}">${text}</a>`;
      const [, attribute = "?", content = "?"] = /^<a title="([^"<>'`]*)">([^"<>'`]*)<\/a>$/.exec(made) ?? [];
      assert.equal(decoded(attribute), printable(text));
      assert.equal(decoded(content), printable(text));
      assert.doesNotMatch(attribute, /&(?!(?:amp|lt|gt|quot|#39|#96);)/);
    }),
  );
});

test("markup goes through once: a template inside another is not escaped again", () => {
  assert.equal(html`<p>${html`<b>${"<"}</b>`}${[1, html`<br>`, undefined]}</p>`.text, "<p><b>&lt;</b>1<br></p>");
  assert.equal(
    rows(["a<b", "c"], (line) => (line === "c" ? "last" : undefined)).text,
    '<span class="row">a&lt;b\n</span><span class="row last">c</span>',
  );
});

test("what only looks like markup is no part of a page", () => {
  const forged = { text: "<script>alert(1)</script>" };
  assert.throws(() => html`<p>${forged as never}</p>`, /no part of a page/);
});

test("the path of an object is one relative address, whatever letters it has", () => {
  assert.equal(pathHref("releases/a/1.0.0+0123/a&b.zip", 1), "../releases/a/1.0.0%2B0123/a%26b.zip");
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
      const path = names.map((name) => name.replaceAll("/", "-")).join("/");
      const { pathname } = new URL(pathHref(path, 0), "https://bucket.example/");
      if (!/(^|\/)\.{1,2}(\/|$)/.test(path)) assert.equal(decodeURIComponent(pathname), `/${path}`);
    }),
  );
});

test("only addresses of the web may be linked to", () => {
  assert.equal(httpAddress("https://runtime.example/?a=1&b"), "https://runtime.example/?a=1&b");
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    " https://a.example",
    "https://a.example/\nx",
    "//a.example",
  ])
    assert.equal(httpAddress(text), undefined, text);
});
