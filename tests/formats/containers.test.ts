import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { writeAr } from "../../packaging/containers/ar.ts";
import { readAr } from "../../packaging/containers/ar-reader.ts";
import type { ArchiveEntry } from "../../packaging/containers/archive-entry.ts";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { writeTar } from "../../packaging/containers/tar.ts";
import { readTar } from "../../packaging/containers/tar-reader.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const tar = machineTool("tar", "tar");
const bsdtar = machineTool("bsdtar", "libarchive-tools");
const ar = machineTool("ar", "binutils");
const utf8 = { LC_ALL: "C.UTF-8", TZ: "UTC" };

const root = { owner: "root", group: "root" } as const;
const long = `${"folder-".repeat(20)}/${"name-".repeat(30)}größe`;
const bytes = Buffer.from("content\n");

const entries = (): readonly ArchiveEntry[] => [
  { ...root, type: "directory", path: "d", mode: 0o750 },
  { ...root, type: "file", path: "d/日本語 ü.txt", mode: 0o644, size: bytes.length, content: contentOf(bytes) },
  { ...root, type: "file", path: `d/${long}`, mode: 0o755, size: bytes.length, content: contentOf(bytes) },
  { ...root, type: "symlink", path: "d/link", mode: 0o777, target: long },
  { ...root, type: "file", path: `d/${"x".repeat(98)}`, mode: 0o600, size: 0, content: contentOf(Buffer.alloc(0)) },
];

for (const [name, program] of [
  ["tar", tar],
  ["bsdtar", bsdtar],
] as const) {
  test(`${name} lists names, links, modes, owners and times of our archive`, async (context) => {
    const file = join(await scratch(context), "a.tar");
    await writeFile(file, await collect(writeTar(entries(), 86_400)));
    const names = await run({ file: program, args: ["-tf", file], environment: utf8 });
    // GNU tar shows letters beyond ASCII in octal unless it is told not to.
    const shown = name === "tar" ? ["--quoting-style=literal"] : [];
    const { stdout, stderr } = await run({ file: program, args: [...shown, "-tvf", file], environment: utf8 });
    assert.equal(stderr + names.stderr, "");
    const lines = stdout.split("\n");
    assert.equal(lines.length, 5);
    assert.match(lines[0] ?? "", /^drwxr-x---.*\broot\b.*1970.* d\/$/);
    assert.ok(lines[1]?.endsWith("d/日本語 ü.txt"));
    assert.ok(lines[2]?.startsWith("-rwxr-xr-x") && lines[2].endsWith(`d/${long}`));
    assert.ok(lines[3]?.endsWith(`d/link -> ${long}`));
    assert.ok(lines[4]?.endsWith(`d/${"x".repeat(98)}`));
  });
}

for (const [name, args] of [
  ["GNU tar, GNU names", [tar, "--format=gnu"]],
  ["GNU tar, ustar", [tar, "--format=ustar"]],
  ["bsdtar, ustar", [bsdtar, "--format=ustar"]],
] as const) {
  test(`our reader reads the archive of ${name}`, async (context) => {
    const folder = await scratch(context);
    const path = `${"f".repeat(60)}-${"g".repeat(39)}`;
    await writeFile(join(folder, path), bytes);
    const [program, format] = args;
    await run({ file: program, args: [format, "-cf", "a.tar", path], folder });
    const found: string[] = [];
    for await (const entry of readTar(contentOf(await readFile(join(folder, "a.tar"))))) {
      found.push(entry.path);
      assert.ok((await collect(entry.content)).equals(bytes));
    }
    assert.deepEqual(found, [path]);
  });
}

test("ar reads our archive, and our reader one of ar", async (context) => {
  const folder = await scratch(context);
  const members = ["one", "two.tar.xz"];
  const archive = writeAr(
    members.map((name) => ({ name, size: name.length, content: contentOf(Buffer.from(name)) })),
    1_700_000_000,
  );
  await writeFile(join(folder, "ours.a"), await collect(archive));
  assert.equal((await run({ file: ar, args: ["t", "ours.a"], folder })).stdout, members.join("\n"));
  for (const name of members) {
    assert.equal((await run({ file: ar, args: ["p", "ours.a", name], folder })).stdout, name);
    await writeFile(join(folder, name), name);
  }
  await run({ file: ar, args: ["rcD", "theirs.a", ...members], folder });
  const found: string[] = [];
  for await (const { name, content } of readAr(contentOf(await readFile(join(folder, "theirs.a"))))) {
    assert.equal((await collect(content)).toString(), name);
    found.push(name);
  }
  assert.deepEqual(found, members);
});
