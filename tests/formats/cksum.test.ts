import assert from "node:assert/strict";
import { test } from "node:test";
import { cksum } from "../../packaging/formats/macos/cksum.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const tool = machineTool("cksum", "coreutils");

for (const size of [0, 1, 3, 4, 5, 255, 256, 65_537]) {
  test(`cksum says the same of ${size} bytes`, async () => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) % 256));
    const { stdout } = await run({ file: tool, input: bytes });
    assert.equal(`${cksum(bytes)} ${size}`, stdout.trim());
  });
}
