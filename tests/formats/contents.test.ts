import assert from "node:assert/strict";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readContents } from "../../packaging/contents/read-contents.ts";
import { sha256 } from "../../packaging/digest.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

/** What tools that others wrote make of some files is read as those files. */

const bsdtar = machineTool("bsdtar", "libarchive-tools");
const tar = machineTool("tar", "tar");
const dpkgDeb = machineTool("dpkg-deb", "dpkg");

const control =
  "Package: tool\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@tool.example>\nDescription: a tool\n A tool.\n";

async function sampleFolder(folder: string): Promise<void> {
  await mkdir(join(folder, "usr", "bin"), { recursive: true });
  await mkdir(join(folder, "etc"));
  const long = `${"long-".repeat(30)}größe`;
  for (const [name, text, mode] of [
    ["usr/bin/tool", "program\n".repeat(5000), 0o755],
    ["etc/tool.conf", "", 0o640],
    [`usr/bin/${long}`, "x", 0o644],
  ] as const) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), mode);
  }
  for (const name of [".", "usr", "usr/bin", "etc"]) await chmod(join(folder, name), 0o755);
  await symlink("tool", join(folder, "usr", "bin", "link"));
}

const file = (path: string, mode: string, text: string) => {
  return { path, type: "file", mode, size: text.length, sha256: sha256(text) };
};
const directory = (path: string) => ({ path, type: "directory", mode: "0755" });
const expected = [
  directory("etc"),
  file("etc/tool.conf", "0640", ""),
  directory("usr"),
  directory("usr/bin"),
  { path: "usr/bin/link", type: "symlink", mode: "0777", target: "tool" },
  file(`usr/bin/${"long-".repeat(30)}größe`, "0644", "x"),
  file("usr/bin/tool", "0755", "program\n".repeat(5000)),
];
const owned = expected.map((entry) => ({ ...entry, owner: "root", group: "root" }));

for (const compression of ["xz", "gzip", "zstd", "none"]) {
  test(`a package that dpkg-deb made: ${compression}`, async (context) => {
    const folder = await scratch(context);
    const source = join(folder, "tool");
    await mkdir(join(source, "DEBIAN"), { recursive: true });
    await sampleFolder(source);
    await writeFile(join(source, "DEBIAN", "control"), control);
    await writeFile(join(source, "DEBIAN", "conffiles"), "/etc/tool.conf\n");
    await writeFile(join(source, "DEBIAN", "postinst"), "#!/bin/sh\n");
    await chmod(join(source, "DEBIAN", "postinst"), 0o755);
    const made = join(folder, "tool.deb");
    await run({ file: dpkgDeb, args: ["--root-owner-group", `-Z${compression}`, "--build", source, made] });
    const contents = await readContents(made);
    const entries = owned.map((entry) => (entry.path === "etc/tool.conf" ? { ...entry, config: true } : entry));
    assert.deepEqual(contents.entries, entries);
    assert.deepEqual(Object.fromEntries(contents.control ?? [])["Description"], "a tool\n A tool.");
    assert.deepEqual(contents.texts, { "DEBIAN/postinst": "#!/bin/sh\n", "etc/tool.conf": "" });
  });
}

test("a zip archive that bsdtar made", async (context) => {
  const folder = await scratch(context);
  await sampleFolder(join(folder, "tool-1.0"));
  await run({ file: bsdtar, args: ["-caf", "tool.zip", "tool-1.0"], folder, environment: { LC_ALL: "C.UTF-8" } });
  const { format, facts, entries } = await readContents(join(folder, "tool.zip"));
  assert.deepEqual([format, facts["root"]], ["zip", "tool-1.0"]);
  assert.deepEqual(
    entries,
    expected.map((entry) => (entry.type === "symlink" ? { ...entry, mode: entries[4]?.mode } : entry)),
  );
});

for (const [flag, format] of [
  ["-z", "tar.gz"],
  ["-J", "tar.xz"],
  ["--zstd", "tar.zst"],
] as const) {
  test(`a ${format} that GNU tar made`, async (context) => {
    const folder = await scratch(context);
    await sampleFolder(join(folder, "tool-1.0"));
    const owner = ["--owner=root", "--group=root", "--format=gnu"];
    await run({ file: tar, args: ["-c", flag, ...owner, "-f", "tool", "tool-1.0"], folder });
    const contents = await readContents(join(folder, "tool"));
    assert.equal(contents.format, format);
    assert.deepEqual(contents.entries, owned);
  });
}
