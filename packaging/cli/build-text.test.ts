import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildEvent } from "../builds/build.ts";
import { buildText } from "./build-text.ts";

const sha256 = "9f".repeat(32);
const cases: readonly (readonly [BuildEvent, string])[] = [
  [{ kind: "progress", done: 0, total: 10_400_000, seconds: 0.1 }, "compressing 10.4 MB"],
  [{ kind: "progress", done: 710, total: 1000, seconds: 2 }, "71 %, 355 B/s"],
  [{ kind: "progress", done: 126_999_999, total: 127_000_000, seconds: 41 }, "99 %, 3.1 MB/s"],
  [{ kind: "progress", done: 0, total: 0, seconds: 0.3 }, "100 %, 0 B/s"],
  [{ kind: "built", size: 4_120_000, sha256, seconds: 12.34 }, "4.1 MB, built in 12.3 s"],
  [{ kind: "cached", size: 9_876, sha256 }, "9,876 B, cached"],
  [{ kind: "fetched", size: 9_876, sha256 }, "9,876 B, from the shared cache"],
];

for (const [event, text] of cases) test(text, () => assert.equal(buildText(event), text));
