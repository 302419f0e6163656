import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { sha256, sha256File } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { courier } from "../../packaging/formats/windows/installer/__fixtures__/courier.ts";
import { programBytes } from "../../packaging/formats/windows/installer/__fixtures__/program.ts";
import { writeInstaller } from "../../packaging/formats/windows/installer/installer.ts";
import { run } from "../../packaging/process.ts";
import { fileEntry, inlineEntry } from "../../packaging/staging/file-entry.ts";
import { growTree } from "../../packaging/staging/grow-tree.ts";
import { inlineBytes } from "../../packaging/staging/input-file.ts";
import type { Tree } from "../../packaging/staging/tree.ts";
import { machineTool } from "../tools.ts";

const msiinfo = machineTool("msiinfo", "msitools");
const msiextract = machineTool("msiextract", "msitools");

/** A program on the disk, larger than one block of a cabinet, and small files that are not. */
async function treeIn(folder: string): Promise<Tree> {
  const file = join(folder, "courier.exe");
  await writeFile(
    file,
    Buffer.concat([programBytes("1.2.0.0", 1033), await readFile(new URL(import.meta.url)), Buffer.alloc(100_000)]),
  );
  const program = { ...(await sha256File(file)), content: { kind: "disk", file } } as const;
  return growTree([
    fileEntry("bin/courier.exe", program, { part: "bin", mode: 0o755 }),
    fileEntry("etc/courier/courier.toml", inlineBytes(Buffer.from("level = 1\n")), { part: "bin", config: true }),
    inlineEntry("share/doc/courier/größe.txt", "large\n", "bin"),
    inlineEntry("share/empty", "", "bin"),
  ]);
}

async function installer(context: TestContext) {
  const folder = await scratch(context);
  const tree = await treeIn(folder);
  const file = join(folder, "courier.msi");
  const job = { tree, epoch: 1_700_000_000, format: courier };
  await pipeline(writeInstaller(job, { spool: `${file}.spool`, packed: () => undefined }), createWriteStream(file));
  return { folder, file, tree };
}

test("msiextract unpacks every file below the product's folder, byte for byte", async (context) => {
  const { folder, file, tree } = await installer(context);
  const out = join(folder, "out");
  await run({ file: msiextract, args: ["-C", out, file], environment: { LC_ALL: "C.UTF-8" } });
  const root = join(out, "Courier");
  const wanted = tree.entries.flatMap((entry) => (entry.type === "file" ? [entry] : []));
  for (const { path, sha256: digest } of wanted) assert.equal(sha256(await readFile(join(root, path))), digest, path);
  const found: string[] = [];
  for (const name of await readdir(root, { recursive: true }))
    if ((await stat(join(root, name))).isFile()) found.push(name);
  assert.deepEqual(found.sort(), wanted.map(({ path }) => path).sort());
});

test("msiinfo exports every table, and the program has the version of its resource", async (context) => {
  const { file } = await installer(context);
  const tables = (await run({ file: msiinfo, args: ["tables", file] })).stdout.split("\n");
  for (const name of tables.filter((it) => !it.startsWith("_"))) {
    const { stdout, stderr } = await run({ file: msiinfo, args: ["export", file, name] });
    assert.equal(stderr, "", name);
    assert.equal(stdout.split("\n")[2]?.split("\t")[0], name);
  }
  const files = (await run({ file: msiinfo, args: ["export", file, "File"] })).stdout;
  assert.match(files, /^file\.courier\.exe\.\w+\t\S+\tcourier\.exe\t\d+\t1\.2\.0\.0\t1033\t512\t1\r?$/m);
  assert.equal(tables.includes("Upgrade") && tables.includes("InstallExecuteSequence"), true);
});
