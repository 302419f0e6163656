import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { xz } from "../../packaging/compression/xz.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const program = machineTool("xz", "xz-utils");
const mebibyte = 1024 * 1024;

async function* zeros(length: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(mebibyte);
  for (let made = 0; made < length; made += chunk.length) yield chunk;
}

test("several blocks are one stream, with an index and sizes that xz can decode side by side", async (context) => {
  const file = join(await scratch(context), "zeros.xz");
  await pipeline(xz(zeros(100 * mebibyte)), createWriteStream(file));
  await run({ file: program, args: ["--test", "--threads=2", file] });
  const { stdout } = await run({ file: program, args: ["--robot", "--list", "-vv", file] });
  const rows = stdout.split("\n").map((line) => line.split("\t"));
  const [name, streams, blocks, , plain] = rows.find(([kind]) => kind === "file")?.slice(0) ?? [];
  assert.deepEqual([name, streams, blocks, plain], ["file", "1", "7", `${100 * mebibyte}`]);
  for (const block of rows.filter(([kind]) => kind === "block")) assert.ok(block.includes("cu"), "sizes in the header");
});

test("xz can be left before its first block is done, and then ends its source", async () => {
  let ended = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield* zeros(mebibyte);
    } finally {
      ended = true;
    }
  }
  let size = 0;
  for await (const chunk of xz(endless())) {
    size += chunk.length;
    if (size > 100) break;
  }
  assert.ok(ended);
});
