import assert from "node:assert/strict";
import { test } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { summaryText } from "./summary.ts";

const outputs = {
  channel: "dev",
  archive: "runtime",
  bucket: ".slipway/bucket",
  url: "http://127.0.0.1:8417",
  archiveKey: "0".repeat(40),
  products: [
    {
      product: "runtime",
      version: "1.0.0",
      folder: "1.0.0+0123456789ab",
      serial: 3,
      artifacts: [
        { name: "runtime-1.0.0-linux-x86_64.tar.zst", size: 4_062_149, content: "ab".repeat(32) },
        { name: "runtime_1.0.0_amd64.deb", size: 7_952, content: "cd".repeat(32) },
      ],
    },
  ],
};

test("after an update: what is live, what it consists of, how to install it", () => {
  assertGolden(import.meta.url, "summary.txt", summaryText(outputs, true));
});

test("after one that changed nothing: one line", () => {
  assert.equal(summaryText(outputs, false), "nothing to do: runtime 1.0.0 is on channel dev (serial 3)\n");
});
