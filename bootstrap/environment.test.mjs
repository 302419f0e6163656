import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { cacheFolder } from "./cache-folder.mjs";
import { buildEnvironment } from "./engine/go-build.mjs";
import { backendUrl, engineEnvironment, withoutOwnStacks } from "./environment.mjs";

const node = { executable: join("/n", "bin", "node"), version: "24.21.0", locked: true };
const engine = { executable: join("/e", "pulumi"), version: "3.250.0", origin: "from the cache", fromSource: true };

test("locked Node comes first, then the engine; a built engine gets this project's language host and no plugins", () => {
  const env = engineEnvironment({ base: { PATH: "/usr/bin", KEEP: "1" }, root: "/r", node, engine });
  assert.deepEqual(env["PATH"]?.split(":"), ["/n/bin", "/e", "/usr/bin"]);
  assert.equal(env["KEEP"], "1");
  assert.equal(env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], "true");
  assert.equal(env["SLIPWAY_LANGUAGE_HOST"], "/r/bootstrap/engine/language-host/server.mjs");
});

test("a release keeps its own language host and its plugin downloads", () => {
  const env = engineEnvironment({ base: {}, root: "/r", node, engine: { ...engine, fromSource: false } });
  assert.deepEqual(Object.keys(env).sort(), [
    "NODE_COMPILE_CACHE",
    "NODE_OPTIONS",
    "PATH",
    "PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL",
    "PULUMI_SKIP_UPDATE_CHECK",
  ]);
  // Those that a resource asks for: not one for each installed package.
  assert.equal(env["PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL"], "true");
});

test("what a user asks of Node stays, and each Node of a run loads one file more, once", () => {
  const root = join("/a b", "r");
  const once = engineEnvironment({ base: { NODE_OPTIONS: "--no-warnings" }, root, node, engine });
  assert.equal(once["NODE_OPTIONS"], '--no-warnings --require "/a b/r/bootstrap/load-later.cjs"');
  const again = engineEnvironment({ base: once, root, node, engine });
  assert.equal(again["NODE_OPTIONS"], once["NODE_OPTIONS"]);
});

test("tests do not see their user's own stacks", () => {
  const own = {
    PULUMI_BACKEND_URL: "s3://x",
    PULUMI_CONFIG_PASSPHRASE: "p",
    PULUMI_ACCESS_TOKEN: "t",
    PULUMI_STACK: "s",
  };
  assert.deepEqual(withoutOwnStacks({ ...own, PULUMI_HOME: "/h" }), { PULUMI_HOME: "/h" });
});

test("backend URLs: escaped where a URL needs it; on Windows the drive follows the slashes at once", () => {
  assert.equal(backendUrl("/a b/100%/#1", "linux"), "file:///a%20b/100%25/%231?metadata=skip");
  assert.equal(backendUrl("C:\\a b\\state", "win32"), "file://C:/a%20b/state?metadata=skip");
});

test("the cache folder of each system", () => {
  const home = "/home/u";
  assert.equal(cacheFolder({ platform: "linux", env: {}, home }), "/home/u/.cache/slipway");
  assert.equal(cacheFolder({ platform: "linux", env: { XDG_CACHE_HOME: "/c" }, home }), "/c/slipway");
  assert.equal(cacheFolder({ platform: "linux", env: { XDG_CACHE_HOME: "c" }, home }), "/home/u/.cache/slipway");
  assert.equal(cacheFolder({ platform: "darwin", env: {}, home }), "/home/u/Library/Caches/slipway");
  assert.equal(cacheFolder({ platform: "win32", env: { LOCALAPPDATA: "/l" }, home }), "/l/slipway");
});

test("a user's Go settings do not change what is built", () => {
  const env = buildEnvironment({
    GOFLAGS: "-mod=vendor",
    GOOS: "plan9",
    GOARCH: "arm",
    GOPROXY: "p",
    CGO_ENABLED: "1",
  });
  assert.deepEqual(env, {
    GOFLAGS: "-buildvcs=false",
    GOPROXY: "p",
    GOWORK: "off",
    GO111MODULE: "on",
    CGO_ENABLED: "0",
  });
});
