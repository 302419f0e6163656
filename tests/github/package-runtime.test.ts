import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { parsePackagedMetadata } from "../../packaging/packaged/metadata.ts";
import { fatMachO } from "../../packaging/payload/__fixtures__/programs.ts";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { targetNames } from "../../packaging/targets.ts";
import { commitAll, git, makeCheckout, repository } from "../engine/checkout.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { runWorkflow, type Started } from "./run-workflow.ts";
import { readWorkflow } from "./workflow.ts";

test("package-runtime.yml: fixtures and goldens of the commit, four targets, and one folder of installers", async (t) => {
  const { folder, scratch } = await makeCheckout(t);
  const shared = join(scratch, "shared");
  const { public: half, secret } = generateEd25519();
  const cache = { location: shared, key: { public: half.publicKey, source: { env: "SLIPWAY_CACHE_KEY" } } };
  const settings = { stage: "dev", manifests: [manifestOf("alpha")], cache };
  const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`slipway:${name}`, value]));
  await writeFile(join(folder, "stacks", "Pulumi.candidate.yaml"), stringify({ config }));
  await writeSmallProduct(folder);
  // What the goldens of a few tests show of the workflow, those of all would.
  for (const file of globSync("packaging/**/*.test.ts", { cwd: folder })) {
    if (!file.replaceAll("\\", "/").startsWith("packaging/record/")) await rm(join(folder, file));
  }
  const fixture = join("packaging", "runtime", "fixtures", "greeting.expected.txt");
  await writeFile(join(folder, fixture), "stale\n");
  await commitAll(folder, "A small product");
  const sha = (await git(folder, "rev-parse", "HEAD")).trim();
  const started: Started = {
    ...{ folder, sha, ref: "refs/heads/main", eventName: "push", event: { ref: "refs/heads/main", after: sha } },
    ...{ vars: {}, token: "", apiUrl: "http://127.0.0.1:9", scratch: join(scratch, "run") },
    secrets: { package: { SLIPWAY_CACHE_KEY: secret } },
  };
  const ended = await runWorkflow("package-runtime.yml", started);
  for (const { name, ok, steps } of ended) assert.ok(ok, `${name}\n${steps.map(({ result }) => result.text).join("")}`);
  assert.deepEqual(
    ended.map(({ name }) => name),
    ["fixtures / fixtures", "goldens / goldens", ...targetNames.map((name) => `build (${name})`), "installers"],
  );
  const installers =
    ended
      .at(-1)
      ?.steps.map(({ result }) => result.text)
      .join("") ?? "";
  assert.doesNotMatch(installers, /built in/);
  for (const { name, steps } of ended) {
    const given = steps.some(({ env }) => Object.values(env).includes(secret));
    assert.equal(given, name.startsWith("build "), name);
    assert.ok(!steps.some(({ result }) => result.text.includes(secret)), name);
  }

  const folderOf = (artifact: string) => join(scratch, "run", "artifacts", artifact);
  const packaged = folderOf("package-runtime");
  const read = (name: string) => readFile(join(packaged, name), "utf8");
  const metadata = parsePackagedMetadata(await read("metadata.json"));
  assert.deepEqual([metadata.product, metadata.version, metadata.source?.commit], ["alpha", "1.0.0", sha]);
  assert.equal([...installers.matchAll(/, from the shared cache$/gm)].length, metadata.artifacts.length);
  assert.ok(metadata.securityChecklist.some(({ path }) => path === "docs/security/keys.md"));
  assert.deepEqual([...new Set(metadata.artifacts.map(({ target }) => target))].sort(), [...targetNames].sort());
  const sums = metadata.artifacts.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
  assert.equal(await read("SHA256SUMS"), sums);
  for (const { name, sha256 } of metadata.artifacts) {
    assert.equal(
      createHash("sha256")
        .update(await readFile(join(packaged, name)))
        .digest("hex"),
      sha256,
    );
  }
  assert.ok(metadata.goldens.some(({ path }) => path === "record/__golden__/release.json"));
  for (const { path } of metadata.goldens) await readFile(join(packaged, "goldens", path));
  assert.deepEqual(
    await readFile(join(folderOf("fixtures"), "greeting.expected.txt"), "utf8"),
    "Hello, candidate.\nHello, stable.\n",
  );

  await t.test("another branch regenerates and builds nothing", async () => {
    const elsewhere = { ...started, ref: "refs/heads/other", scratch: join(scratch, "other"), command: () => "true" };
    const names = (await runWorkflow("package-runtime.yml", elsewhere)).map(({ name }) => name);
    assert.deepEqual(names, ["fixtures / fixtures", "goldens / goldens"]);
  });
});

test("what package-runtime.yml and the workflows that it calls ask for", async () => {
  for (const name of ["package-runtime.yml", "regenerate-fixtures.yml", "regenerate-goldens.yml"]) {
    const text = await readFile(join(repository, ".github", "workflows", name), "utf8");
    for (const line of text.split("\n").filter((it) => /\buses: actions/.test(it))) {
      assert.match(line, /uses: actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    const { permissions, jobs } = await readWorkflow(repository, name);
    assert.deepEqual(permissions, {});
    for (const job of Object.values(jobs)) {
      const takesRole = job.steps.some(({ run }) => run === "npm run slipway -- assume-role");
      assert.equal(takesRole, job.environment !== undefined);
      assert.deepEqual(job.permissions, { contents: "read", ...(takesRole && { "id-token": "write" }) });
      for (const { run } of job.steps) if (run !== undefined) assert.match(run, /^npm run [a-z]+ -- [\w"$ /.-]+$/);
      const checkout = job.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      assert.equal(checkout?.with?.["persist-credentials"], job.uses === undefined ? false : undefined);
    }
  }
  const { on, jobs } = await readWorkflow(repository, "package-runtime.yml");
  assert.deepEqual(on, { push: { branches: ["main"] }, workflow_dispatch: null });
  assert.deepEqual(jobs["build"]?.needs, ["fixtures", "goldens"]);
  assert.deepEqual(jobs["build"]?.strategy?.matrix["target"], targetNames);
  for (const [name, title] of [
    ["fixtures", "Regenerate Fixture Corpus"],
    ["goldens", "Regenerate Golden Artifacts"],
  ] as const) {
    assert.equal(jobs[name]?.uses, `./.github/workflows/regenerate-${name}.yml`);
    const file = join(repository, ".github", "workflows", `regenerate-${name}.yml`);
    const called = parse(await readFile(file, "utf8"));
    assert.deepEqual([called.name, called.on], [title, "workflow_call"]);
  }
});

/** A product of a few kilobytes for each of the four targets. */
async function writeSmallProduct(folder: string): Promise<void> {
  const installers = [{ format: "tar.gz" }];
  await writeProduct(folder, {
    id: "alpha",
    version: "1.0.0",
    targets: ["linux-x86_64", "linux-aarch64", "windows-x86_64"],
    installers,
  });
  const file = join(folder, manifestOf("alpha"));
  const manifest = parse(await readFile(file, "utf8"));
  const { "linux-x86_64": linux } = manifest.targets;
  manifest.targets["linux-x86_64"] = {
    ...linux,
    installers: [{ format: "tar.zst" }, { format: "deb", compression: "xz" }],
  };
  manifest.targets["macos-universal"] = {
    ...linux,
    static: undefined,
    payload: { source: "directory", path: "dist/macos-universal" },
  };
  manifest.targets["windows-x86_64"].installers = [{ format: "zip" }];
  delete manifest.services;
  await writeFile(file, stringify(manifest, { aliasDuplicateObjects: false }));
  await mkdir(join(folder, "products", "alpha", "dist", "macos-universal"), { recursive: true });
  await writeFile(
    join(folder, "products", "alpha", "dist", "macos-universal", "alpha"),
    fatMachO([0x01000007, 0x0100000c]),
    { mode: 0o755 },
  );
  assert.ok((await readdir(join(folder, "products", "alpha", "dist"))).length === 4);
}
