import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { findExecutables, searchPath, withFoldersFirst } from "./executable.mjs";

const folder = mkdtempSync(join(tmpdir(), "slipway-path-"));
after(() => rmSync(folder, { recursive: true }));

/**
 * @param {string} place
 * @param {string} name
 * @param {number} mode
 */
function file(place, name, mode) {
  mkdirSync(join(folder, place), { recursive: true });
  const path = join(folder, place, name);
  writeFileSync(path, "");
  chmodSync(path, mode);
  return path;
}

test("executables are found in the order of the search path; others are passed over", () => {
  const second = file("b", "tool", 0o755);
  const first = file("a", "tool", 0o755);
  file("plain", "tool", 0o644);
  mkdirSync(join(folder, "folder", "tool"), { recursive: true });
  const path = ["plain", "folder", "nowhere", "a", "", "b"]
    .map((name) => (name === "" ? "" : join(folder, name)))
    .join(delimiter);
  assert.deepEqual(findExecutables("tool", { path, platform: "linux" }), [first, second]);
});

test("on Windows the extensions of PATHEXT are tried", () => {
  const found = file("w", "go.exe", 0o644);
  const path = join(folder, "w");
  assert.deepEqual(findExecutables("go", { path, platform: "win32", pathExtensions: ".COM;.EXE" }), [found]);
});

test("the search path is found and extended under whatever name it has", () => {
  assert.equal(searchPath({ Path: "x" }), "x");
  assert.equal(searchPath({}), "");
  assert.deepEqual(withFoldersFirst({ Path: "x", HOME: "h" }, ["a", "b"]), {
    Path: ["a", "b", "x"].join(delimiter),
    HOME: "h",
  });
  assert.deepEqual(withFoldersFirst({}, ["a"]), { PATH: "a" });
});
