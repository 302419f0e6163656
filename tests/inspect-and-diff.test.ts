import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { writeAr } from "../packaging/containers/ar.ts";
import type { ArchiveEntry } from "../packaging/containers/archive-entry.ts";
import { collect, contentOf } from "../packaging/containers/member-content.ts";
import { writeTar } from "../packaging/containers/tar.ts";
import { newer, objectsOf, older } from "../packaging/difference/__fixtures__/releases.ts";

const root = path.resolve(import.meta.dirname, "..");
const page = path.join(root, "docs", "process", "inspect-and-diff.md");
const epoch = 1_755_042_493;
let folder = "";

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "slipway-docs-"));
  await writeFile(path.join(folder, "runtime_1.4.1_amd64.deb"), await smallDeb());
  for (const [name, bytes] of [...objectsOf(older), ...objectsOf(newer)]) {
    const file = path.join(folder, "bucket", ...name.split("/"));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
});
after(() => rm(folder, { recursive: true }));

function entry(name: string, text: string, mode = 0o644): ArchiveEntry {
  const bytes = Buffer.from(text);
  const access = { mode, owner: "root", group: "root" } as const;
  return { type: "file", path: `./${name}`, ...access, size: bytes.length, content: contentOf(bytes) };
}

/** Not compressed, so that its bytes are those of no compressor's version. */
async function smallDeb(): Promise<Buffer> {
  const control = [
    entry("conffiles", "/etc/runtime/runtime.toml\n"),
    entry("control", "Package: runtime\nVersion: 1.4.1\nArchitecture: amd64\nDepends: libc6 (>= 2.36), libssl3\n"),
    entry("postinst", "#!/bin/sh\nset -e\nsystemctl daemon-reload\n", 0o755),
  ];
  const data = [
    entry("etc/runtime/runtime.toml", "port = 8080\n"),
    entry("usr/bin/runtime", "program ".repeat(1300), 0o755),
  ];
  const members = [
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar", await collect(writeTar(control, epoch))],
    ["data.tar", await collect(writeTar(data, epoch))],
  ] as const;
  return collect(
    writeAr(
      members.map(([name, bytes]) => ({ name, size: bytes.length, content: contentOf(bytes) })),
      epoch,
    ),
  );
}

function run(command: string): string {
  const [, ...args] = command.split(" ");
  const env = { ...process.env, INIT_CWD: folder };
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(root, "packaging/cli/main.ts"), ...args], {
    encoding: "utf8",
    env,
  });
  assert.equal(stderr, "");
  return stdout;
}

test("every example of the page is what the command prints", async () => {
  const text = await readFile(page, "utf8");
  const blocks = /```\n\$ (slipway .*)\n(?:.*\n)*?```\n/g;
  const fresh = text.replace(blocks, (_, command: string) => `\`\`\`\n$ ${command}\n${run(command)}\`\`\`\n`);
  assert.equal([...text.matchAll(blocks)].length, 2);
  if (Object.hasOwn(process.env, "UPDATE_GOLDEN")) await writeFile(page, fresh);
  assert.equal(await readFile(page, "utf8"), fresh, "UPDATE_GOLDEN=1 rewrites the page");
});
