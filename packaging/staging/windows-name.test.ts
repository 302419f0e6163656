import assert from "node:assert/strict";
import { test } from "node:test";
import { whyNotOnWindows } from "./windows-name.ts";

const refused: readonly (readonly [path: string, why: RegExp])[] = [
  ["usr/share/courier/con", /name con, which is a device/],
  ["usr/share/courier/NUL.txt", /name NUL\.txt, which is a device/],
  ["usr/share/aux.d/x", /name aux\.d, which is a device/],
  ["usr/share/courier/com1", /device/],
  ["usr/share/courier/lpt\u00b2.log", /device/],
  ["usr/share/courier/CONIN$", /device/],
  ["usr/share/courier/prn .txt", /device/],
  ["usr/share/courier/end.", /ends in a dot or a blank/],
  ["usr/share/end /x", /ends in a dot or a blank/],
  ...[...'<>:"|?*'].map((letter) => [`usr/share/a${letter}b`, /which Windows does not allow/] as const),
  [`usr/share/${"x".repeat(120)}/${"y".repeat(127)}`, /has 258 characters; Windows takes at most 256/],
];

for (const [path, why] of refused) {
  test(`refused: ${path.slice(0, 40)}`, () => assert.match(whyNotOnWindows(path) ?? "", why));
}

for (const path of [
  "usr/bin/courier.exe",
  "usr/share/con1/console",
  "usr/share/com10/x",
  "usr/share/größe.d/.x",
  "usr/share/a b",
]) {
  test(`taken: ${path}`, () => assert.equal(whyNotOnWindows(path), undefined));
}
