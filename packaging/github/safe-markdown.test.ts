import assert from "node:assert/strict";
import { test } from "node:test";
import * as commonmark from "commonmark";
import fc from "fast-check";
import { fitted, safeMarkdown } from "./safe-markdown.ts";

const gap = "\u200b";

/** What CommonMark's own parser makes of a text: kinds of its nodes, and all text that is no code. */
function parsed(markdown: string) {
  const kinds = new Set<string>();
  const text: string[] = [];
  const walker = new commonmark.Parser().parse(markdown).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { type, literal } = step.node;
    kinds.add(type);
    if (type === "text") text.push(literal ?? "");
    else if (type !== "emph" && type !== "strong") text.push("\n");
  }
  return { kinds, text: text.join("") };
}

/** What GitHub adds to CommonMark and a reader's mailbox or browser would notice, in text that is no code. */
const noticed = /@[\w-]|#\d|\bgh-\d|:\/\/|\bwww\.|\$[^\u200b]/i;

function assertInert(markdown: string): void {
  const { kinds, text } = parsed(markdown);
  for (const kind of ["link", "image", "html_inline", "html_block"]) assert(!kinds.has(kind), `${kind} in ${markdown}`);
  assert.doesNotMatch(text, noticed);
}

const hostile = [
  "@everyone",
  "\\@everyone",
  "&#64;everyone",
  "*@*everyone",
  "<img src=x>",
  "<!--",
  "<https://example.com>",
  "https://example.com",
  "www.example.com",
  "![x](y)",
  "[x](y)",
  "[x][y]",
  "[y]: z",
  "[y]",
  "#12",
  "GH-12",
  "$`x`$",
  "`",
  "``",
  "```",
  "````",
  "```diff",
  "```mermaid",
  "~~~",
  ">",
  "- ",
  "1. ",
  " ",
  "    ",
  "\t",
  "\r",
  "\u2028",
  "\u0000",
  "a",
];
const piece = fc.oneof({ arbitrary: fc.constantFrom(...hostile), weight: 9 }, { arbitrary: fc.string(), weight: 1 });
const line = fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
const texts = fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n"));
const often = { numRuns: 3000 };

test("whatever a text holds, GitHub finds in it nobody to tell, nothing to follow and nothing to load", () => {
  fc.assert(
    fc.property(texts, (text) => assertInert(safeMarkdown(text))),
    often,
  );
});

test("nothing is taken for a block that GitHub takes for text", () => {
  const mistakable = [
    "```\n    ```\n```\n@everyone",
    "```\n``` \n@everyone",
    "~~~\n```\n~~~\n@everyone",
    "- ```\n```\n@everyone",
    "> ```\n```\n@everyone",
    "``` `\n@everyone",
  ];
  for (const text of mistakable) assertInert(safeMarkdown(text));
});

test("no text changes what the text behind it is", () => {
  const last = "Behind it.";
  fc.assert(
    fc.property(texts, (text) => {
      const { text: seen } = parsed(`${safeMarkdown(text)}\n\n## end\n\n${last}\n`);
      assert(seen.includes(last), text);
    }),
    often,
  );
});

test("a text that is cut is as harmless, has its notice, and has the length", () => {
  const notice = "The rest is elsewhere.";
  fc.assert(
    fc.property(texts, fc.integer({ min: notice.length + 2, max: 120 }), (text, limit) => {
      const cut = fitted(safeMarkdown(text), limit, notice);
      assert(cut.length <= limit);
      assertInert(cut);
      if (safeMarkdown(text).length > limit) assert(parsed(cut).text.includes(notice), JSON.stringify(cut));
    }),
    often,
  );
});

test("a block of our own stays byte for byte, mentions and all; a longer row of backticks in it is no end", () => {
  const block = "```diff\nMaintainer: A <a@example.com>\n~ getty@.service #1 [x](y)\n    ```` x\n```";
  assert.equal(safeMarkdown(`### \`a\`\n\n${block}\n`), `### \`a\`\n\n${block}\n`);
  assert.equal(safeMarkdown("````\n```\n@a\n````\n@b"), `\`\`\`\`\n\`\`\`\n@a\n\`\`\`\`\n@${gap}b`);
});

test("a block that is left open is closed; one of another kind is none", () => {
  assert.equal(safeMarkdown("```diff\n@a"), "```diff\n@a\n```");
  assert.equal(safeMarkdown("```mermaid\n@a"), `${gap}\`\`\`mermaid\n@${gap}a`);
  assert.equal(safeMarkdown("> ~~~\n@a"), `> ${gap}~~~\n@${gap}a`);
});

test("a text that fits stays; one that does not ends behind a whole line", () => {
  assert.equal(fitted("a\nb", 3, "more"), "a\nb");
  assert.equal(fitted("first\nsecond\nthird", 17, "more"), "first\n\nmore");
  assert.equal(fitted("```diff\n+ a\n+ b\n```", 18, "more"), "```diff\n```\n\nmore");
});
