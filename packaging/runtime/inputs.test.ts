import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path/posix";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { macosPath, macosSocketPath } from "../formats/macos/installed-path.ts";
import { readManifest } from "../manifest/parse.ts";

const manifestFile = new URL("manifest.yaml", import.meta.url);
const product = await readManifest(fileURLToPath(manifestFile), "packaging/runtime/manifest.yaml");

function input(from: string): Promise<string> {
  return readFile(new URL(from, manifestFile), "utf8");
}

test("every file that the manifest names is there, and every input is named", async () => {
  const named = [
    product.licence.from,
    ...product.files.map(({ from }) => from),
    ...product.services.flatMap(({ unit, socketUnit = unit, launchd = unit }) => [unit, socketUnit, launchd]),
    ...product.thirdParty.map(({ licence }) => licence.from),
    ...Object.values(product.completions).flatMap((shells) => Object.values(shells)),
    ...product.manuals,
    ...Object.values(product.hooks).flatMap((hooks) => Object.values(hooks)),
  ];
  for (const from of named) assert.ok((await input(from)).endsWith("\n"), from);

  const folders = ["assets", "config", "fixtures", "licences"];
  const there = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(new URL(folder, manifestFile), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    }),
  );
  const policies = await readdir(new URL("../../policies/runtime/", manifestFile));
  const names = new Set(named.map((from) => basename(from)));
  assert.deepEqual(
    [...there.flat(), ...policies].filter((name) => !names.has(name)),
    [],
  );
});

test("the editor's schema is found from the manifest's first line", async () => {
  const [first = ""] = (await input("manifest.yaml")).split("\n");
  const relative = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1];
  assert.ok(relative !== undefined);
  assert.equal(JSON.parse(await input(relative)).title, "Slipway manifest");
});

test("unit and socket unit agree with the manifest about users, paths and modes", async () => {
  const [service] = product.services;
  const [socket] = product.sockets;
  assert.ok(service?.socketUnit !== undefined && socket !== undefined);
  const unit = settings(await input(service.unit));
  assert.equal(unit.get("User"), service.user);
  assert.equal(unit.get("ExecStart")?.split(" ")[0], "/usr/bin/runtime");
  const socketUnit = settings(await input(service.socketUnit));
  assert.deepEqual(
    ["ListenStream", "SocketUser", "SocketGroup", "SocketMode"].map((key) => socketUnit.get(key)),
    [socket.path, socket.owner, socket.group, `0${socket.mode.toString(8)}`],
  );
  const fixtures = unit.get("ExecStart")?.match(/--servedir=(\S+)/)?.[1];
  assert.ok(product.files.some(({ kind, to }) => kind === "fixture" && `/${to}`.startsWith(`${fixtures}/`)));
});

test("the configuration names the socket, the folders and the policy that are installed", async () => {
  const configuration = settings((await input("config/runtime.toml")).replaceAll('"', ""));
  assert.equal(configuration.get("socket"), product.sockets[0]?.path);
  const installed = product.files.map(({ to }) => `/${to}`);
  const policy = `${configuration.get("policies")}/${configuration.get("policy")}.json`;
  assert.ok(installed.includes(policy), policy);
  assert.ok(installed.some((path) => path.startsWith(`${configuration.get("root")}/`)));
});

test("the configuration for Windows has the settings of the other, and names folders of its archive", async () => {
  const [text, windows] = await Promise.all(["config/runtime.toml", "config/runtime-windows.toml"].map(input));
  const [all, those] = [settings(text ?? ""), settings((windows ?? "").replaceAll('"', ""))];
  assert.deepEqual(
    [...all.keys()].filter((key) => !those.has(key)),
    ["socket", "windows-folder"],
  );
  const unpacked = product.files.map(({ to }) => to.replace(/^usr\//, ""));
  assert.ok(unpacked.includes(`${those.get("policies")}/${those.get("policy")}.json`));
  assert.ok(unpacked.some((path) => path.startsWith(`${those.get("root")}/`)));
});

test("the configuration for macOS has the settings of the other, and names what its package installs", async () => {
  const [text, macos] = await Promise.all(["config/runtime.toml", "config/runtime-macos.toml"].map(input));
  const [all, those] = [settings(text ?? ""), settings((macos ?? "").replaceAll('"', ""))];
  // A Mac has no WSL.
  assert.deepEqual(
    [...those.keys()],
    [...all.keys()].filter((key) => key !== "windows-folder"),
  );
  const installed = product.files.map(({ to }) => `/${macosPath(to)}`);
  assert.equal(those.get("socket"), macosSocketPath(product.sockets[0]?.path ?? ""));
  assert.ok(installed.includes(`${those.get("policies")}/${those.get("policy")}.json`));
  assert.ok(installed.some((path) => path.startsWith(`${those.get("root")}/`)));
});

test("scripts name each other, and the configuration, by the paths that they are installed at", async () => {
  const [bridge, shim, relay] = await Promise.all(
    ["windows/RuntimeBridge/RuntimeBridge.psm1", "linux/runtime-windows.sh", "linux/relay.sh"].map((from) =>
      input(`assets/${from}`),
    ),
  );
  const installed = new Map(product.files.map(({ from, to }) => [from, to]));
  const folder = dirname(installed.get("assets/windows/RuntimeBridge/RuntimeBridge.psm1") ?? "");
  const up = /-ChildPath '((?:\.\.\\)+etc[^']+)'/.exec(bridge ?? "")?.[1]?.replaceAll("\\", "/");
  // On Windows there is no usr: what is below it stands beside etc.
  assert.equal(join(folder.replace(/^usr\//, ""), up ?? ""), "etc/runtime/runtime.toml");
  assert.equal(installed.get("config/runtime-windows.toml"), "etc/runtime/runtime.toml");
  assert.equal(/RelayInWsl = '\/([^']+)'/.exec(bridge ?? "")?.[1], installed.get("assets/linux/relay.sh"));
  for (const text of [shim, relay])
    assert.equal(settings(text ?? "").get("configuration"), `/${installed.get("config/runtime.toml")}`);
  for (const script of ["relay.ps1", "escrow.ps1"]) {
    assert.equal(installed.get(`assets/windows/${script}`), `usr/share/runtime/powershell/${script}`);
    assert.ok(shim?.includes(`run_script ${script}`));
  }
  assert.ok(shim?.includes('"$folder/share/runtime/powershell/$1"'));
  assert.equal(dirname(installed.get("assets/linux/runtime-windows.sh") ?? ""), "usr/share/runtime/wsl");
  assert.ok(shim?.includes("own%/share/runtime/wsl}"));
});

test("Windows is looked for from WSL in the folder that the .msi makes", async () => {
  const installers = product.targets.flatMap((target) => target.installers);
  const folders = installers.flatMap((it) => (it.format === "msi" ? [it.folder ?? product.id] : []));
  const configured = settings(await input("config/runtime.toml")).get("windows-folder");
  assert.deepEqual(new Set(folders.map((folder) => `'C:\\Program Files\\${folder}'`)), new Set([configured]));
});

/** `Key=value` and `key = value` lines; of equal keys the last. */
function settings(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/^([A-Za-z-]+) ?= ?(.*)$/gm);
  return new Map([...pairs].map(([, key = "", value = ""]) => [key, value]));
}

const names = z.array(z.string().min(1)).refine((list) => new Set(list).size === list.length);
const count = z.int().min(0);

/** Revision 1 of a policy; the daemon refuses a key that it does not know, and so does this. */
const policySchema = z.strictObject({
  policy: z.string().regex(/^[a-z]+$/),
  revision: z.literal(1),
  description: z.string().regex(/\.$/),
  source: z.strictObject({
    "max-bytes": count.min(1),
    "max-modules": count.min(1),
    encodings: names,
    formats: z.array(z.enum(["esm", "iife"])).min(1),
  }),
  signature: z.strictObject({
    required: z.boolean(),
    algorithms: z.array(z.enum(["ed25519", "ecdsa-p256-sha256"])).min(1),
  }),
  apis: z.strictObject({ allowed: names }),
  globals: z.strictObject({ forbidden: names }),
  syntax: z.strictObject({ forbidden: names }),
  network: z.strictObject({
    schemes: z.array(z.enum(["https", "wss"])),
    hosts: names,
    "max-requests": count,
    "timeout-seconds": count,
  }),
  limits: z.strictObject({ "cpu-milliseconds": count.min(1), "memory-bytes": count.min(1) }),
  "on-violation": z.literal("refuse"),
});

const policies = await Promise.all(
  product.files
    .filter(({ kind }) => kind === "policy")
    .map(async ({ from }) => ({ from, ...policySchema.parse(JSON.parse(await input(from))) })),
);

for (const { from, ...policy } of policies)
  test(`policy ${policy.policy}: consistent with itself`, () => {
    assert.equal(basename(from), `${policy.policy}.json`);
    const allowed = policy.apis.allowed.map((api) => api.split(".")[0] ?? api);
    assert.deepEqual(
      policy.globals.forbidden.filter((name) => allowed.includes(name)),
      [],
      "nothing is both allowed and forbidden",
    );
    const { schemes, hosts, "max-requests": requests } = policy.network;
    assert.equal(new Set([schemes.length === 0, hosts.length === 0, requests === 0]).size, 1);
    if (allowed.includes("fetch") || allowed.includes("WebSocket")) assert.ok(requests > 0);
  });

test("strict is nowhere looser than default", () => {
  const [strict, usual] = ["strict", "default"].map((name) => policies.find(({ policy }) => policy === name));
  assert.ok(strict !== undefined && usual !== undefined);
  assert.ok(strict.signature.required);
  assert.ok(strict.apis.allowed.every((api) => usual.apis.allowed.includes(api)));
  assert.ok(usual.globals.forbidden.every((name) => strict.globals.forbidden.includes(name)));
  assert.ok(usual.syntax.forbidden.every((name) => strict.syntax.forbidden.includes(name)));
  assert.ok(strict.source["max-bytes"] <= usual.source["max-bytes"]);
  assert.ok(strict.limits["memory-bytes"] <= usual.limits["memory-bytes"]);
  assert.ok(strict.network["max-requests"] <= usual.network["max-requests"]);
});

test("a fixture's expected verdict names the place of the forbidden name, and each policy that forbids it", async () => {
  const expected = z
    .object({
      script: z.string(),
      results: z.array(z.object({ policy: z.string(), found: z.string(), line: count, column: count })),
    })
    .parse(JSON.parse(await input("fixtures/forbidden-process.expected.json")));
  const lines = (await input(`fixtures/${expected.script}`)).split("\n");
  assert.deepEqual(expected.results.map(({ policy }) => policy).sort(), policies.map(({ policy }) => policy).sort());
  for (const { policy, found, line, column } of expected.results) {
    assert.ok(lines[line - 1]?.startsWith(found, column - 1));
    assert.ok(policies.find((candidate) => candidate.policy === policy)?.globals.forbidden.includes(found));
  }
});

test("the greeting says what is expected of it", async () => {
  const said: string[] = [];
  const script = await input("fixtures/greeting.js");
  new Function("console", script)({ log: (line: string) => said.push(line) });
  assert.equal(`${said.join("\n")}\n`, await input("fixtures/greeting.expected.txt"));
});
