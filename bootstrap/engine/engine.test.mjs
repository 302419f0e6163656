import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { cachedEngine, engineCache, keepEngine } from "./cached.mjs";
import { ensureEngine } from "./engine.mjs";
import { buildEngine } from "./go-build.mjs";
import { engineOnPath } from "./on-path.mjs";

const OLDEST = "3.250.0";
let folder = "";
const ownEnvironment = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
  process.env["XDG_CACHE_HOME"] = join(folder, "cache");
  process.env["SLIPWAY_ENGINE_DOWNLOAD"] = "never";
  process.env["PATH"] = searchFolders("bin");
});
afterEach(() => {
  process.env = { ...ownEnvironment };
  rmSync(folder, { recursive: true });
});

/** @param {string[]} names */
function searchFolders(...names) {
  return names.map((name) => join(folder, name)).join(delimiter);
}

/**
 * A shell script in place of a program.
 *
 * @param {string} place relative to the test's folder
 * @param {string} script
 */
function program(place, script) {
  const file = join(folder, place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

test("on the search path: too old, broken and hostless engines are passed over and named", async () => {
  const old = program("old/pulumi", "echo v3.249.9");
  const broken = program("broken/pulumi", "echo oh no >&2; exit 3");
  const hostless = program("hostless/pulumi", "echo v3.260.0");
  const none = await engineOnPath(OLDEST, { PATH: searchFolders("old", "broken", "hostless") });
  assert.equal(none.engine, undefined);
  assert.deepEqual(none.tried, [
    { way: old, outcome: "3.249.9 is older than 3.250.0" },
    { way: broken, outcome: "exit code 3: oh no" },
    { way: hostless, outcome: "has no Node language host" },
  ]);

  const good = program("good/pulumi", "echo v3.251.2");
  program("good/pulumi-language-nodejs", "");
  const { engine } = await engineOnPath(OLDEST, { PATH: searchFolders("old", "good") });
  assert.deepEqual(engine, { executable: good, version: "3.251.2", origin: `at ${good}`, fromSource: false });
});

test("npm's wrapper and the cached engine are no engine of the user's own", async () => {
  program("node_modules/.bin/pulumi", "echo v3.265.0");
  program("cache/slipway/engine/3.250.0/pulumi", "echo v3.250.0");
  const found = await engineOnPath(OLDEST, {
    PATH: searchFolders("node_modules/.bin", "cache/slipway/engine/3.250.0"),
  });
  assert.deepEqual(found, { tried: [{ way: "pulumi on PATH", outcome: "not there" }] });
});

test("the newest whole engine of the cache is taken, and nothing older than the oldest", () => {
  assert.equal(cachedEngine(OLDEST), undefined);
  program("cache/slipway/engine/3.249.0/pulumi", "");
  assert.equal(cachedEngine(OLDEST), undefined);
  program("cache/slipway/engine/3.250.0/pulumi", "");
  program("cache/slipway/engine/3.250.0/built-from-source", "");
  mkdirSync(join(folder, "cache/slipway/engine/3.999.0"));
  assert.deepEqual([cachedEngine(OLDEST)?.version, cachedEngine(OLDEST)?.fromSource], ["3.250.0", true]);
  program("cache/slipway/engine/3.1000.0/pulumi", "");
  assert.deepEqual([cachedEngine(OLDEST)?.version, cachedEngine(OLDEST)?.fromSource], ["3.1000.0", false]);
});

test("two runs make one engine; one that could not be made leaves nothing behind", async () => {
  let made = 0;
  const make = async (/** @type {string} */ work) => {
    made += 1;
    program(join(relative(folder, work), "pulumi"), "");
    return work;
  };
  const failing = keepEngine(
    OLDEST,
    () => {},
    async () => Promise.reject(new Error("no room")),
  );
  await assert.rejects(failing, /no room/);
  assert.deepEqual(readdirSync(engineCache()), []);

  const engines = await Promise.all([1, 2].map(() => keepEngine(OLDEST, () => {}, make)));
  assert.equal(made, 1);
  assert.deepEqual(engines[0], engines[1]);
  assert.deepEqual(readdirSync(engineCache()), [OLDEST]);
});

test("a build uses a copy of the pinned module and brings both hosts", async () => {
  const log = join(folder, "log");
  program(
    "bin/go",
    `case "$1" in
version) echo "go version go1.26.8 linux/amd64" ;;
list) /bin/ls >"${log}"; echo one; echo two ;;
build) echo "$@" >>"${log}"; echo one >&2; for last; do out=$before; before=$last; done
  printf '#!/bin/sh\\necho v${OLDEST}\\n' >"$out"; /bin/chmod +x "$out" ;;
esac`,
  );
  const built = await buildEngine(OLDEST);
  assert.ok("engine" in built, JSON.stringify(built));
  assert.equal(built.engine.fromSource, true);
  assert.match(readFileSync(log, "utf8"), /^engine\.go\ngo\.mod\ngo\.sum\nbuild -v -mod=readonly -trimpath /);
  const names = ["built-from-source", "pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
  for (const name of names) assert.ok(existsSync(join(dirname(built.engine.executable), name)), name);
});

test("a build that fails gives Go's last words", async () => {
  program("bin/go", `[ "$1" = version ] && echo go1.26.8 && exit; echo "go: no such module" >&2; exit 1`);
  const failed = await buildEngine(OLDEST);
  assert.deepEqual(failed, {
    way: "build from source",
    outcome: `${join(folder, "bin", "go")} list ended with exit code 1: go: no such module`,
  });
});

test("where no way works, one message names each way and what to install", async () => {
  program("bin/go", "echo go version go1.24.9 linux/amd64");
  await assert.rejects(ensureEngine({ announce: false }), {
    name: "Refusal",
    message: [
      "No Pulumi engine 3.250.0 or newer was found, and none could be got:",
      "  pulumi on PATH: not there",
      `  cache ${engineCache()}: empty`,
      "  download of the official release: not wanted (SLIPWAY_ENGINE_DOWNLOAD=never)",
      "  build from source: go 1.24.9 is older than 1.25.0",
      "Install the Pulumi command line (pulumi.com/docs/install) or Go 1.25 or newer, then run the command again.",
    ].join("\n"),
  });
});
