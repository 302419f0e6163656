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
      description: [
        "It serves what clients ask for.",
        "The program in this package is another one, which stands in for the runtime until that is published, as everybody knows.",
      ],
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

test("only products with a package are installed by apt; without any, the archives are what there is", () => {
  const [runtime] = outputs.products;
  assert.ok(runtime);
  const zip = {
    ...runtime,
    product: "tool",
    artifacts: [{ name: "tool-1.0.0-windows-x86_64.zip", size: 1, content: "ef".repeat(32) }],
  };
  const both = summaryText({ ...outputs, products: [runtime, zip] }, true);
  assert.match(both, /sudo apt install runtime runtime-archive-keyring$/m);
  assert.match(both, /^ {2}tool-1\.0\.0-windows-x86_64\.zip /m);
  const alone = summaryText({ ...outputs, products: [zip] }, true);
  assert.doesNotMatch(alone, /apt|npm run serve/);
  assert.match(alone, /^Archives, sums and signatures lie in /m);
});

test("after one that changed nothing: one line", () => {
  assert.equal(summaryText(outputs, false), "nothing to do: runtime 1.0.0 is on channel dev (serial 3)\n");
});
