import assert from "node:assert/strict";
import { test } from "node:test";
import { isSpdxExpression, knownLicences, obligationsOf } from "./spdx.ts";

const right = [
  "MIT",
  "MIT OR Apache-2.0",
  "(MIT OR Apache-2.0) AND BSD-3-Clause",
  "GPL-2.0-or-later WITH Classpath-exception-2.0",
  "Apache-2.0+",
  "LicenseRef-Lamp",
  "LicenseRef-this-or-that",
];
for (const text of right) test(`an expression: ${text}`, () => assert.ok(isSpdxExpression(text)));

const wrong = [
  "",
  "mit",
  "Apache 2.0",
  "MIT,ISC",
  "MIT OR",
  "(MIT",
  "MIT and ISC",
  "MIT or ISC",
  "MIT WITH ISC",
  "Nobody-1.0",
];
for (const text of wrong) test(`no expression: "${text}"`, () => assert.equal(isSpdxExpression(text), false));

const shown = (text: string) =>
  obligationsOf(text).map((group) =>
    group.map((all) => all.map(({ id, exception }) => `${id}${exception ? `/${exception}` : ""}`)),
  );

test("every group holds, and of a group one alternative", () => {
  assert.deepEqual(shown("MIT"), [[["MIT"]]]);
  assert.deepEqual(shown("(MIT OR Apache-2.0) AND BSD-3-Clause"), [[["MIT"], ["Apache-2.0"]], [["BSD-3-Clause"]]]);
  assert.deepEqual(shown("MIT OR ISC AND (0BSD OR Zlib)"), [[["MIT"], ["ISC", "0BSD"], ["ISC", "Zlib"]]]);
  assert.deepEqual(shown("GPL-2.0+ WITH Bison-exception-2.2"), [[["GPL-2.0+/Bison-exception-2.2"]]]);
});

test("the list is that of SPDX", () => assert.ok(knownLicences.includes("MIT") && knownLicences.length > 400));
