import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertRefusal, holdsRows } from "../../__fixtures__/refused.ts";
import { readXml, type XmlElement } from "./xml-element.ts";
import { type XmlPart, xmlDocument } from "./xml-text.ts";

const limits = { elements: 50, depth: 5 };
const read = (text: string) => readXml(Buffer.from(text), "The document", limits);

const text = fc.string({ unit: "binary", maxLength: 20 }).filter((it) => !/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/.test(it));
const attributes = fc.dictionary(fc.constantFrom("a", "b-c", "d"), text, { maxKeys: 3, noNullPrototype: true });

test("what is written is read again: attributes, text, white space", () => {
  fc.assert(
    fc.property(attributes, text, (given, content) => {
      const part: XmlPart = { name: "root", content: [{ name: "x", attributes: given, content }] };
      const [found] = read(xmlDocument(part)).children;
      assert.deepEqual(Object.fromEntries(found?.attributes ?? []), given);
      assert.equal(found?.text, content);
    }),
    { numRuns: 100 },
  );
});

test("an element a line, indented, empty ones closed at once", () => {
  const part: XmlPart = {
    name: "a",
    attributes: { b: 'x"&<\n' },
    content: [{ name: "c" }, { name: "d", content: 7 }, { name: "e", content: [] }],
  };
  assert.equal(
    xmlDocument(part),
    '<?xml version="1.0" encoding="UTF-8"?>\n<a b="x&quot;&amp;&lt;&#10;">\n  <c/>\n  <d>7</d>\n  <e/>\n</a>\n',
  );
});

for (const bad of ["\0", "\u001b", "\ud800", "\uffff"]) {
  test(`${JSON.stringify(bad)} is refused: XML cannot hold it`, () => {
    assert.throws(() => xmlDocument({ name: "a", content: bad }), { code: "SLW-FORMAT" });
  });
}

test("comments, instructions and CDATA of other writers", () => {
  const element: XmlElement = read("<?xml version='1.0'?><!-- a --><a><?b c?>x<!-- y --><![CDATA[<&]]>&lt;&#x41;</a>");
  assert.equal(element.text, "x<&<A");
  assert.deepEqual(element.children, []);
});

const refused: readonly (readonly [what: string, text: string, says: string])[] = [
  ["nothing", "", "no element"],
  ["no element", "<?xml version='1.0'?>", "no element"],
  ["text alone", "hello", "well-formed"],
  ["a missing end", "<a><b></a>", "well-formed"],
  ["an end that never comes", "<a>", "well-formed"],
  ["two roots", "<a/><b/>", "well-formed"],
  ["an attribute without quotes", "<a b=c/>", "well-formed"],
  ["an unknown entity", "<a>&nbsp;</a>", "well-formed"],
  ["a reference to no character", "<a>&#0;</a>", "well-formed"],
  ["a document type", "<!DOCTYPE a><a/>", "document type"],
  ["entities of its own", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"],
  ["an entity of a file", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"],
  ["too many elements", `<a>${"<b/>".repeat(50)}</a>`, "more than 50 elements"],
  ["too deep a nesting", "<a>".repeat(6) + "</a>".repeat(6), "more than 5 deep"],
];

holdsRows("XML documents", 14, refused);

for (const [what, document, says] of refused) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => read(document),
      (error) => assertRefusal(error, "SLW-FORMAT", says) !== undefined,
    );
  });
}

test("bytes that are no UTF-8 are refused", () => {
  assert.throws(
    () => readXml(Buffer.from([0x3c, 0x61, 0xff, 0x3e]), "The document", limits),
    (error) => assertRefusal(error, "SLW-FORMAT", "no UTF-8") !== undefined,
  );
});
