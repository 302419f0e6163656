import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { settingNames } from "../packaging/settings.ts";
import { stageNames, stagesOf } from "../packaging/stage-settings.ts";
import { commandsOf, parseScript } from "./powershell/script.ts";

const root = path.resolve(import.meta.dirname, "..");
const read = (name: string) => readFileSync(path.join(root, name), "utf8");
const pages = ["README.md", "ARCHITECTURE.md", ".github/CONTRIBUTING.md", ...markdownBelow("docs")];
const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);

function markdownBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join(folder, name.split(path.sep).join("/")));
}

test("every npm script that a page names is there", () => {
  for (const page of pages) {
    for (const [, name] of read(page).matchAll(/npm run ([a-z:]+)/g))
      assert.ok(scripts.includes(name ?? ""), `${page}: ${name}`);
  }
});

test("every file that a page links to is there", () => {
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert.ok(existsSync(path.join(root, path.dirname(page), target ?? "")), `${page}: ${target}`);
    }
  }
});

test("the table of settings lists each setting, and no other", () => {
  const listed = [...read("docs/settings.md").matchAll(/^\| `slipway:([A-Za-z]+)`/gm)].map(([, name]) => name);
  assert.deepEqual(listed.sort(), [...settingNames].sort());
});

test("the table of settings says which stages have each", () => {
  const rows = [...read("docs/settings.md").matchAll(/^\| `slipway:([A-Za-z]+)` \|.*\| ([a-z, ]+) \|$/gm)];
  assert.equal(rows.length, settingNames.length);
  for (const [, name = "", stages = ""] of rows) {
    assert.deepEqual(stages === "all" ? stageNames : stages.split(", "), stagesOf(name), name);
  }
});

test("the page of bad input lists every table with the size that its test holds it to: 150 rows, 15 in each area", () => {
  const page = read("docs/testing/bad-input.md");
  const listed = [...page.matchAll(/^\| ([a-z ]+) \| `([^`]+)` \| ([^|]+) \| (\d+) \|$/gm)].map(
    ([, area = "", file = "", table = "", least]) => ({
      area,
      line: `${file} ${table} ${least}`,
      least: Number(least),
    }),
  );
  const tests = execFileSync("git", ["ls-files", "*.test.ts"], { cwd: root, encoding: "utf8" }).trim().split("\n");
  const held = tests.flatMap((file) =>
    [...read(file).matchAll(/holdsRows\(\s*"([^"]+)",\s*(\d+),/g)].map(
      ([, table, least]) => `${file} ${table} ${least}`,
    ),
  );
  assert.deepEqual(listed.map(({ line }) => line).sort(), held.sort());
  const rows = Map.groupBy(listed, ({ area }) => area);
  const sums = [...rows].map(([, tables]) => tables.reduce((sum, { least }) => sum + least, 0));
  assert.deepEqual(
    [...rows.keys()],
    [
      "manifest",
      "payload",
      "archives",
      "staging",
      "records",
      "channel metadata",
      "signatures",
      "settings",
      "governance log",
    ],
  );
  assert.ok(sums.every((sum) => sum >= 15) && sums.reduce((a, b) => a + b) >= 150, String(sums));
});

test("the page of what only other machines show lists each test of the job on Windows, and no other", () => {
  const page = read("docs/testing/ci-coverage.md");
  for (const name of ["RuntimeBridge", "RuntimeEscrow"]) {
    const section = page.split(`\n### ${name}\n`)[1]?.split("\n#")[0] ?? "";
    const listed = [...section.matchAll(/^- (.+)$/gm)].map(([, title]) => title);
    const script = parseScript(name, read(`tests/powershell/${name}.Tests.ps1`));
    const written = commandsOf(script.root).flatMap((command) => (command.name === "It" ? [command.texts[0]] : []));
    assert.deepEqual(listed, written);
    assert.ok(listed.length > 10);
  }
  assert.equal(
    readdirSync(path.join(root, "tests/powershell")).filter((name) => name.endsWith(".Tests.ps1")).length,
    2,
  );
});

test("the page on signing lists each input that a preview without keys may not know, and no other", () => {
  const [, listed] = /No other input may be:\n\n```\n([\s\S]*?)```/.exec(read("docs/process/signing.md")) ?? [];
  assert.equal(listed, read("tests/__golden__/known-after-signing.txt"));
});

test("folders that the architecture names exist", () => {
  for (const [, folder] of read("ARCHITECTURE.md").matchAll(/`((?:[a-z-]+\/)+)`/g)) {
    const candidates = [folder ?? "", `packaging/${folder}`, `components/${folder}`];
    assert.ok(
      candidates.some((it) => existsSync(path.join(root, it))) || folder === "releases/" || folder === "dists/",
      folder,
    );
  }
});

test("nothing committed names a registry host, a path of a machine or a secret", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  const host = new RegExp(["registry", "npmjs|proxy", "golang|deb", "debian"].join("\\."));
  const home = new RegExp(`(^|[\\s"'=:(])/(${["root", "work", "home"].join("|")})/`, "m");
  for (const file of files.filter((name) => /\.(ts|mjs|cjs|json|ya?ml|md|toml|sh)$|^\.ci\/run$/.test(name))) {
    const text = read(file);
    assert.doesNotMatch(text, host, file);
    if (!/\.test\.(ts|mjs)$/.test(file)) assert.doesNotMatch(text, home, file);
  }
});
