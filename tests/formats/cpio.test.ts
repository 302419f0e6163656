import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ArchiveEntry } from "../../packaging/containers/archive-entry.ts";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeCpio } from "../../packaging/formats/macos/cpio.ts";
import { readCpio } from "../../packaging/formats/macos/cpio-reader.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const bsdtar = machineTool("bsdtar", "libarchive-tools");
const utf8 = { LC_ALL: "C.UTF-8", TZ: "UTC" };

const root = { owner: "root", group: "root" } as const;
const bytes = Buffer.from("content\n");
const long = `./d/${"x".repeat(200)} größe`;

test("bsdtar lists names, links, modes, owners and times of our archive", async (context) => {
  const entries: readonly ArchiveEntry[] = [
    { ...root, type: "directory", path: ".", mode: 0o755 },
    { ...root, type: "directory", path: "./d", mode: 0o750 },
    { ...root, type: "file", path: long, mode: 0o755, size: bytes.length, content: contentOf(bytes) },
    { ...root, type: "file", path: "./d/empty", mode: 0o600, size: 0, content: contentOf(Buffer.alloc(0)) },
    { ...root, type: "symlink", path: "./d/link", mode: 0o777, target: "a/größe" },
  ];
  const file = join(await scratch(context), "a.cpio");
  await writeFile(file, await collect(writeCpio(entries, 86_400)));
  const listing = { file: bsdtar, args: ["--numeric-owner", "-tvf", file], environment: utf8 };
  const { stdout, stderr } = await run(listing);
  assert.equal(stderr, "");
  const lines = stdout.split("\n");
  assert.match(lines[0] ?? "", /^drwxr-xr-x +\d+ 0 +0 +0 Jan +2 +1970 \.$/);
  assert.match(lines[1] ?? "", /^drwxr-x---.* \.\/d$/);
  assert.ok(lines[2]?.startsWith("-rwxr-xr-x") && lines[2].endsWith(` ${long}`));
  assert.match(lines[3] ?? "", /^-rw-------.* 0 Jan +2 +1970 \.\/d\/empty$/);
  assert.ok(lines[4]?.startsWith("lrwxrwxrwx") && lines[4].endsWith("./d/link -> a/größe"));
  assert.equal(lines.length, 5);
});

test("our reader reads the archive of bsdtar", async (context) => {
  const folder = await scratch(context);
  await mkdir(join(folder, "in", "d"), { recursive: true });
  await writeFile(join(folder, "in", "d", "größe"), bytes);
  await symlink("größe", join(folder, "in", "d", "link"));
  const names = ["d", "d/größe", "d/link"];
  const args = ["--format=odc", "--no-recursion", "-cf", join(folder, "a.cpio"), "-C", join(folder, "in"), ...names];
  await run({ file: bsdtar, args, environment: utf8 });
  const found: unknown[] = [];
  for await (const { type, path, target, content } of readCpio(contentOf(await readFile(join(folder, "a.cpio"))))) {
    found.push([type, path, target, (await collect(content)).toString()]);
  }
  assert.deepEqual(found, [
    ["directory", "d", "", ""],
    ["file", "d/größe", "", "content\n"],
    ["symlink", "d/link", "größe", ""],
  ]);
});
