import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bump, differenceOf } from "../promotion/__fixtures__/version-bump.ts";
import { briefLines } from "./brief.ts";

const before: Bump = { version: "1.4.0", level: 1 };
const both = "linux-aarch64, linux-x86_64";
const lines = async (to: Partial<Bump>, from: Bump = before) =>
  briefLines(await differenceOf(from, { ...before, version: "1.4.1", ...to }));

test("a change that all artifacts of all targets have is told once, under the targets that it is about", async () => {
  const names = (await lines({ level: 2 })).map((line) => line.replace(/ {3}0.*/, ""));
  assert.deepEqual(names, [
    both,
    "  ~ etc/runtime/runtime.toml",
    "      level = 1 → level = 2",
    "linux-aarch64",
    "  ~ usr/bin/runtime",
    "linux-x86_64",
    "  ~ usr/bin/runtime",
  ]);
});

test("a changed relation and a changed feature are named; what follows from the version is not", async () => {
  const found = await lines({ depends: "libc6 (>= 2.36), libssl3", features: { jit: false } });
  assert.equal(found[0], "features: + jit=off, - jit=on");
  assert.ok(found.includes("  Depends: + libssl3"), found.join("\n"));
  assert.doesNotMatch(found.join("\n"), /1\.4\.|changelog|Installed-Size/);
});

test("a changed maintainer script is named with its lines", async () => {
  const found = await lines({ postinst: "#!/bin/sh\nset -e\nsystemctl daemon-reload\nrm -rf /var/lib/runtime\n" });
  assert.ok(
    found.some((line) => /^ {2}~ script postinst /.test(line)),
    found.join("\n"),
  );
  assert.ok(found.includes("      + rm -rf /var/lib/runtime"), found.join("\n"));
});

test("two files that get the same content are two", async () => {
  const files = (text: string) => ({ "etc/runtime/a.conf": text, "etc/runtime/b.conf": text });
  const found = await lines({ more: files("two\n") }, { ...before, more: files("one\n") });
  for (const name of ["a.conf", "b.conf"]) {
    assert.equal(found.filter((line) => line.includes(`~ etc/runtime/${name} `)).length, 1, found.join("\n"));
  }
});

test("artifacts that come, go, or have other bytes around the same content are told by their role", async () => {
  const difference = await differenceOf(before, { ...before, version: "1.4.1" });
  const artifacts = difference.artifacts.map((artifact) => {
    const empty = { control: [], entries: [], scripts: [], texts: [] };
    if (artifact.role === "tar.gz") return { ...artifact, ...empty, change: "added" as const, role: "tar\u001b.gz" };
    if (artifact.role === "tar.zst") return { ...artifact, ...empty, change: "removed" as const };
    return { ...artifact, ...empty };
  });
  assert.deepEqual(briefLines({ ...difference, artifacts, facts: [] }), [
    both,
    "  ~ runtime.deb   other bytes around the same content",
    "  + tar\ufffd.gz",
    "  - tar.zst",
  ]);
});

test("one long change leaves room for the others, and what is left out is counted", async () => {
  const text = (word: string) => `${Array.from({ length: 50 }, (_, at) => `${word} ${at}\n`).join("")}`;
  const from = { ...before, more: { "etc/runtime/long.conf": text("one"), "etc/runtime/z.conf": "one\n" } };
  const found = await lines({ more: { "etc/runtime/long.conf": text("two"), "etc/runtime/z.conf": "two\n" } }, from);
  assert.ok(
    found.some((line) => /^ +… and \d+ more lines$/.test(line)),
    found.join("\n"),
  );
  assert.ok(found.includes("      one → two"), found.join("\n"));
  assert.ok(found.length <= 40);
});
