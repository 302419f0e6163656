import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { PayloadSource } from "../manifest/product.ts";
import { packageName, packageVersion, serveRegistry } from "./__fixtures__/registry.ts";
import { fetchPayload } from "./payload.ts";

const root = await mkdtemp(join(tmpdir(), "slipway-npm-"));
// A package whose install script would leave a trace, were it ever run.
const trace = join(root, "trace");
const manifest = JSON.stringify({
  name: packageName,
  version: packageVersion,
  scripts: { preinstall: `touch ${trace}`, install: `touch ${trace}`, postinstall: `touch ${trace}` },
});
const registry = await serveRegistry({ "package.json": manifest, "bin/runtime": "program", ".gitignore": "kept" });
const goodTarball = registry.tarball;
after(async () => {
  await registry.close();
  await rm(root, { recursive: true, force: true });
});

const source = {
  kind: "npm",
  package: packageName,
  version: packageVersion,
  integrity: registry.integrity,
} as const satisfies PayloadSource;

const target = { name: "linux-x86_64", binaries: [] } as const;

let caches = 0;
function newCache(): string {
  return join(root, `cache-${caches++}`);
}

function fetchFrom(cacheFolder: string, more: { readonly source?: PayloadSource; readonly registry?: string } = {}) {
  const lines: string[] = [];
  const context = {
    manifestFolder: root,
    cacheFolder,
    registry: more.registry ?? registry.url,
    progress: (line: string) => void lines.push(line),
  };
  return fetchPayload({ ...target, payload: more.source ?? source }, context).then((payload) => ({
    ...payload,
    lines,
  }));
}

const offline = { registry: "http://127.0.0.1:1/" };
const isPacoteLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((file) => /[\\/]pacote[\\/]/.test(file));

test("a package is fetched once, and later runs need neither network nor pacote", async () => {
  const cache = newCache();
  const first = await fetchFrom(cache);
  assert.deepEqual([...first.files.keys()], [".gitignore", "bin/runtime", "package.json"]);
  assert.deepEqual(first.lines, [`fetching ${packageName}@${packageVersion} from ${new URL(registry.url).host}`]);
  assert.equal(await readFile(first.files.get("bin/runtime")?.file ?? "", "utf8"), "program");
  await assert.rejects(readFile(trace), { code: "ENOENT" });
  assert(isPacoteLoaded());
  assert.deepEqual(await readdir(join(cache, "payloads", "temporary")), []);

  const { run } = await import("../process.ts");
  const script = `
    import { createRequire } from "node:module";
    const { fetchPayload } = await import(${JSON.stringify(new URL("payload.ts", import.meta.url).href)});
    const context = { manifestFolder: "/", cacheFolder: ${JSON.stringify(cache)}, registry: "${offline.registry}" };
    const { files } = await fetchPayload(${JSON.stringify({ ...target, payload: source })}, context);
    const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) => /[\\\\/]pacote[\\\\/]/.test(file));
    console.log(JSON.stringify([[...files.keys()], loaded]));`;
  const { stdout } = await run({ file: process.execPath, args: ["--input-type=module", "-e", script] });
  assert.deepEqual(JSON.parse(stdout), [[".gitignore", "bin/runtime", "package.json"], false]);
});

async function entryOf(cache: string): Promise<string> {
  const names = await readdir(join(cache, "payloads"));
  return join(cache, "payloads", names.find((name) => name !== "temporary") ?? "");
}

const damages = [
  ["a changed file", "bin/runtime", (entry: string) => writeFile(join(entry, "files/bin/runtime"), "pr0gram")],
  ["a missing file", "bin/runtime", (entry: string) => rm(join(entry, "files/bin/runtime"))],
  ["no files", ".gitignore", (entry: string) => rm(join(entry, "files"), { recursive: true })],
  ["half an index", "index.json", (entry: string) => writeFile(join(entry, "index.json"), "{")],
  ["no index", "index.json", (entry: string) => rm(join(entry, "index.json"))],
] as const;
for (const [name, damaged, damage] of damages) {
  test(`a damaged cache entry is noticed and mended: ${name}`, async () => {
    const cache = newCache();
    await fetchFrom(cache);
    await damage(await entryOf(cache));
    const mended = await fetchFrom(cache);
    const host = new URL(registry.url).host;
    const spec = `${packageName}@${packageVersion}`;
    assert.deepEqual(mended.lines, [`fetching ${spec} from ${host} again: ${damaged} is damaged in the cache`]);
    assert.equal(await readFile(mended.files.get("bin/runtime")?.file ?? "", "utf8"), "program");
    assert.deepEqual((await fetchFrom(cache, offline)).lines, []);
  });
}

test("a damaged cache entry is never used where it cannot be mended", async () => {
  const cache = newCache();
  await fetchFrom(cache);
  await writeFile(join(await entryOf(cache), "files/bin/runtime"), "pr0gram");
  await assert.rejects(fetchFrom(cache, offline), {
    code: "SLW-PAYLOAD-MISSING",
    message: /is damaged in the cache \(bin\/runtime\), and 127\.0\.0\.1:1 could not be reached \(ECONNREFUSED\)/,
  });
});

test("runs side by side give the same payload and leave one entry", async () => {
  const cache = newCache();
  const runs = await Promise.all([fetchFrom(cache), fetchFrom(cache), fetchFrom(cache), fetchFrom(cache)]);
  for (const { files } of runs) assert.deepEqual(files, runs[0]?.files);
  assert.equal((await readdir(join(cache, "payloads"))).length, 2);
});

test("bytes other than the pinned ones are refused and not kept", async () => {
  const cache = newCache();
  registry.tarball = gzipSync("something else");
  try {
    await assert.rejects(fetchFrom(cache), {
      code: "SLW-PAYLOAD-INTEGRITY",
      message: new RegExp(`^npm package ${packageName}@${packageVersion} from 127\\S+ is not the one .*found sha512-`),
    });
  } finally {
    registry.tarball = goodTarball;
  }
  assert.deepEqual(await readdir(join(cache, "payloads")), ["temporary"]);
  assert.deepEqual(await readdir(join(cache, "payloads", "temporary")), []);
});

const otherPin = `sha512-${"A".repeat(86)}==`;
const refused = [
  ["SLW-PAYLOAD-INTEGRITY", { integrity: otherPin }, /expected sha512-AAAA.*, found sha512-/],
  ["SLW-PAYLOAD-INTEGRITY", { integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, /expected an integrity of the form/],
  ["SLW-PAYLOAD-INTEGRITY", { integrity: `${otherPin} ${otherPin}` }, /expected an integrity of the form/],
  ["SLW-PAYLOAD-MISSING", { version: "9.9.9" }, /^127\S+ has no npm package @example\/runtime@9\.9\.9\./],
  ["SLW-PAYLOAD-MISSING", { package: "@example/absent" }, /has no npm package @example\/absent@1\.2\.3/],
  ["SLW-PAYLOAD-MISSING", { version: "^1.0.0" }, /expected one exact version/],
  ["SLW-PAYLOAD-MISSING", { version: "file:../secret" }, /expected one exact version/],
  ["SLW-PAYLOAD-MISSING", { package: "https://example.org/a.tgz" }, /is not the name of an npm package/],
] as const;
for (const [code, change, message] of refused) {
  test(`refused: ${JSON.stringify(change)}`, async () => {
    await assert.rejects(fetchFrom(newCache(), { source: { ...source, ...change } }), { code, message });
  });
}

test("without a connection one sentence says what is missing, and no password of the registry's address", async () => {
  const registryUrl = "http://reader:hunter2@127.0.0.1:1/";
  await assert.rejects(fetchFrom(newCache(), { registry: registryUrl }), (error) => {
    assert(error instanceof Error);
    assert.match(error.message, /^npm package \S+ is not in the cache, and 127\.0\.0\.1:1 could not be reached/);
    assert.doesNotMatch(error.message, /hunter2/);
    return true;
  });
});
