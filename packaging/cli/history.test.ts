import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertGolden } from "../__fixtures__/golden.ts";
import { plannedMove } from "../channels/__fixtures__/bucket.ts";
import { mover, newBucket } from "../channels/__fixtures__/runtime-channels.ts";
import { archiveSigner, publishSigned } from "../channels/__fixtures__/signed-releases.ts";
import { moveChannel } from "../channels/move.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { histories } from "./__fixtures__/histories.ts";
import { historyJson } from "./history-json.ts";
import { historyText } from "./history-text.ts";

const program = fileURLToPath(new URL("./main.ts", import.meta.url));

test("as a person reads it, and as a program does", () => {
  assertGolden(import.meta.url, "history.txt", historyText(histories));
  assertGolden(import.meta.url, "history.json", historyJson(histories));
});

test("the page about it shows what the command prints", async () => {
  const page = await readFile(new URL("../../docs/process/history.md", import.meta.url), "utf8");
  const [stable] = histories;
  assert.ok(stable !== undefined && page.includes(`$ slipway history stable\n${historyText([stable])}\`\`\``), page);
});

test("slipway history: every channel, one channel, one product; damage is an exit code", async (context) => {
  const folder = await scratch(context);
  const store = await newBucket();
  const archive = await archiveSigner(store);
  for (const version of ["1.0.0", "1.1.0"]) {
    const content = { current: await publishSigned(store, version, [archive]), kept: [] };
    await moveChannel(store, await plannedMove(store, content, mover));
  }
  for (const [name, bytes] of store.objects) {
    const file = path.join(folder, "bucket", ...name.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const history = (...args: readonly string[]) => {
    const given = [program, "history", "--bucket", "bucket", ...args];
    const env = { ...process.env, INIT_CWD: folder };
    const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: "utf8", env });
    return { status, stdout, stderr };
  };

  const all = history();
  assert.deepEqual([all.status, all.stderr], [0, ""]);
  // The channel candidate is delegated and was never moved.
  assert.match(all.stdout, /^runtime on stable: 1\.1\.0\+[0-9a-f]{12} since 2026-11-22T10:00:00Z \(serial 2\)\n\n/);
  assert.match(all.stdout, /^ +2 {3}release +1\.1\.0\+.* now +up by test /m);
  assert.deepEqual(history("stable").stdout, all.stdout);
  assert.deepEqual(history("--product", "runtime").stdout, all.stdout);

  const read = JSON.parse(history("stable", "--json").stdout);
  const [{ moves }] = read.channels;
  assert.deepEqual(moves[0].sumsKeys, [archive.public.fingerprint]);
  assert.deepEqual(moves[0].roleKeys, [mover.public.keyid]);
  assert.equal(moves[0].record.path, `releases/runtime/${moves[0].folder}/release.json`);

  for (const args of [["candidate"], ["--product", "tool"]]) {
    const none = history(...args);
    assert.deepEqual([none.status, none.stdout], [1, ""]);
    assert.match(none.stderr, /^bucket has no .* that was ever moved\. {2}\[SLW-CHANNEL\]\n {4}There: /);
  }
  assert.equal(history("stable", "beta").status, 2);

  await rm(path.join(folder, "bucket", "tuf", "1.runtime-stable.json"));
  const damaged = history();
  assert.equal(damaged.status, 4);
  assert.match(damaged.stdout, /\n\ndamaged {2}tuf\/1\.runtime-stable\.json is missing\n$/);
});
