import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../digest.ts";
import { type Column, shortDigest, sizeText, table } from "./table.ts";

const columns: readonly Column[] = [
  { title: "artifact", align: "left" },
  { title: "size", align: "right" },
  { title: "content digest", align: "left" },
];

test("a table of artifacts", () => {
  const rows = [
    ["runtime-0.25.9-linux-x86_64.tar.zst", "4.1 MB", "9f2c…e1"],
    ["runtime_0.25.9_amd64.deb", "9,876 B", "07aa…4c"],
  ];
  assert.equal(
    table(columns, rows),
    [
      "  artifact                                 size   content digest",
      "  runtime-0.25.9-linux-x86_64.tar.zst    4.1 MB   9f2c…e1",
      "  runtime_0.25.9_amd64.deb              9,876 B   07aa…4c",
      "",
    ].join("\n"),
  );
});

test("no rows give the heading alone, and missing cells are blank without trailing spaces", () => {
  assert.equal(table(columns, []), "  artifact   size   content digest\n");
  assert.equal(table(columns, [["a.deb"]]).split("\n")[1], "  a.deb");
});

test("a character is one column, however many bytes or code units it has", () => {
  const lines = table(columns, [
    ["…", "1"],
    ["e\u0301", "2"],
    ["📦", "3"],
    ["a", "4"],
  ]).split("\n");
  assert.deepEqual(
    lines.slice(1, 5).map((line) => [...line.normalize("NFC")].length),
    [17, 17, 17, 17],
  );
});

for (const [bytes, text] of [
  [0, "0 B"],
  [999, "999 B"],
  [1_219, "1,219 B"],
  [9_999, "9,999 B"],
  [10_000, "10 kB"],
  [10_500, "11 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [4_120_000, "4.1 MB"],
  [999_949_999, "999.9 MB"],
  [999_950_000, "1.0 GB"],
  [12_340_000_000, "12.3 GB"],
] as const) {
  test(`${bytes} bytes are ${text}`, () => assert.equal(sizeText(bytes), text));
}

test("a digest is shortened to its ends", () => {
  assert.equal(shortDigest(sha256("")), "e3b0…55");
});
