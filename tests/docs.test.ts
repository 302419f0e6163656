import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { settingNames } from "../packaging/settings.ts";

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
