import assert from "node:assert/strict";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeXar } from "../../packaging/formats/macos/xar.ts";
import { sha1, storedData, zlibData } from "../../packaging/formats/macos/xar-data.ts";
import { readXar } from "../../packaging/formats/macos/xar-reader.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const bsdtar = machineTool("bsdtar", "libarchive-tools");
const sevenZip = machineTool("7zz", "7zip");
const utf8 = { LC_ALL: "C.UTF-8", TZ: "UTC" };

const payload = Buffer.alloc(300_000, "payload ");
const contents: Readonly<Record<string, Buffer>> = {
  Distribution: Buffer.from("<installer-gui-script/>\n".repeat(20)),
  "tool.pkg/PackageInfo": Buffer.from("<pkg-info/>\n"),
  "tool.pkg/Payload": payload,
  "Resources/größe & <more>.txt": Buffer.from("text\n"),
};

async function written(file: string): Promise<Buffer> {
  const files = Object.entries(contents).map(([path, bytes]) => {
    const stored = storedData({ size: bytes.length, sha1: sha1(bytes) }, () => contentOf(bytes));
    return { path, data: bytes === payload ? stored : zlibData(bytes) };
  });
  const archive = await collect(writeXar(files, 1_700_000_000));
  await writeFile(file, archive);
  return archive;
}

for (const [name, program, args] of [
  ["bsdtar", bsdtar, ["-xf"]],
  ["7-Zip", sevenZip, ["x", "-bd", "-y"]],
] as const) {
  test(`${name} unpacks our archive, checksums and all`, async (context) => {
    const folder = await scratch(context);
    const file = join(folder, "a.xar");
    await written(file);
    const out = join(folder, "out");
    await mkdir(out);
    await run({ file: program, args: [...args, file], folder: out, environment: utf8 });
    for (const [path, bytes] of Object.entries(contents)) {
      assert.ok((await readFile(join(out, path))).equals(bytes), path);
    }
  });
}

test("7-Zip notices a byte of the payload that was changed", async (context) => {
  const file = join(await scratch(context), "a.xar");
  const archive = await written(file);
  assert.match((await run({ file: sevenZip, args: ["t", "-bd", file], environment: utf8 })).stdout, /Everything is Ok/);
  const damaged = Buffer.from(archive);
  damaged.write("Q", archive.indexOf("payload payload"));
  await writeFile(file, damaged);
  await assert.rejects(run({ file: sevenZip, args: ["t", "-bd", file], environment: utf8 }));
});

test("our reader reads the archive of bsdtar", async (context) => {
  const folder = await scratch(context);
  for (const [path, bytes] of Object.entries(contents)) {
    await mkdir(join(folder, "in", path, ".."), { recursive: true });
    await writeFile(join(folder, "in", path), bytes);
  }
  const name = join(folder, "theirs.xar");
  const args = ["--format=xar", "-cf", name, "-C", join(folder, "in"), "Distribution", "tool.pkg", "Resources"];
  await run({ file: bsdtar, args, environment: utf8 });
  // libarchive leaves as many bytes after the heap as its checksum has, which nothing names and we refuse.
  const archive = await readFile(name);
  await writeFile(name, archive.subarray(0, archive.length - 20));
  const file = await open(name);
  try {
    const found = new Map<string, Buffer>();
    for (const member of await readXar(file, (await file.stat()).size)) {
      if (member.type === "file") found.set(member.path, await collect(member.content()));
    }
    assert.deepEqual(found, new Map(Object.entries(contents).map(([path, bytes]) => [path, bytes])));
  } finally {
    await file.close();
  }
});
