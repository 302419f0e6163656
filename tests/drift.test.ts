import assert from "node:assert/strict";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isolatedApt } from "./apt/apt-root.ts";
import { look } from "./channels/python-tuf.ts";
import { changesBetween, digestsOf, type FileFacts, filesBelow } from "./engine/bucket-files.ts";
import { assertRefused } from "./engine/diagnostics.ts";
import { manifestOf, writeProduct } from "./engine/product.ts";
import { servedStack } from "./engine/served-stack.ts";
import { succeeded } from "./engine/stack.ts";

const settings = { manifests: [manifestOf("alpha")], archive: "team" };
const keyring = "team-archive-keyring";

/** One line of a refresh's diff for each object that somebody changed or removed. */
const driftLine = /"(index\.html|(?:releases|channels|tuf|dists|keys)\/[^"]*): (missing|altered)"/g;

test("objects of every kind altered and removed: refresh names each, up mends each", async (t) => {
  const { checkout, stack, url, configure } = await servedStack(t);
  const inBucket = (path: string) => join(checkout.bucket, path);
  const bucket = () => filesBelow(checkout.bucket);
  const text = (path: string) => readFile(inBucket(path), "utf8");

  await configure(settings);
  for (const version of ["1.0.0", "1.1.0"]) {
    await writeProduct(checkout.folder, { id: "alpha", version });
    succeeded(await stack.up("--skip-preview"));
  }
  const published = await bucket();
  const root = join(checkout.scratch, "root.json");
  await copyFile(inBucket("keys/tuf-root.json"), root);
  const follow = (memory: string) => look(url, root, join(checkout.scratch, memory), "channels/alpha/dev.json");
  const machine = await isolatedApt({
    sourcesText: await text("dists/team-dev.sources"),
    keyring: await readFile(inBucket(`keys/${keyring}.gpg`)),
  });
  t.after(() => machine.remove());
  assert.deepEqual(await follow("memory"), { found: "1.1.0 #2", root: 1 });

  /** Damages one object of every kind, refreshes and updates; looks at what then is there with everybody's eyes. */
  const round = async (damage: (path: string, at: number) => Promise<void>, expected: { readonly found: string }) => {
    const before = await bucket();
    const victims = await oneOfEveryKind(before, text);
    for (const [at, path] of victims.entries()) await damage(inBucket(path), at);

    const refresh = succeeded(await stack.refresh("--diff", "--skip-preview"));
    const named = new Set([...refresh.text.matchAll(driftLine)].map(([, path]) => path ?? ""));
    assert.deepEqual([...named].sort(), victims.toSorted());
    succeeded(await stack.up("--skip-preview"));

    const after = await bucket();
    assert.deepEqual(digestsOf(after, "releases/"), digestsOf(before, "releases/"));
    const untouched = new Map([...before].filter(([path]) => !victims.includes(path)));
    const touched = changesBetween(untouched, new Map([...after].filter(([path]) => untouched.has(path))));
    const written = touched.filter((line) => !mayChange.test(line));
    assert.deepEqual(written, [], "what was whole is not written again");
    const changed = changesBetween(before, after).filter((line) => /^(changed|removed) /.test(line));
    assert.deepEqual(
      changed.filter((line) => !mayChange.test(line)),
      [],
      "all else is what it was, byte for byte",
    );

    assert.deepEqual(await follow("memory"), { ...expected, root: 1 });
    assert.deepEqual(await follow(`fresh memory of ${expected.found}`), { ...expected, root: 1 });
    const update = await machine.run("apt-get", "update", "--error-on=any");
    assert.deepEqual([update.exitCode, update.stderr], [0, ""], update.stdout);
    const { stdout: offered } = await machine.run("apt-cache", "madison", "alpha");
    assert.deepEqual(
      [...offered.matchAll(/^ *alpha \| +(\S+)/gm)].map(([, version]) => version),
      ["1.1.0", "1.0.0"],
    );
    succeeded(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
  };

  await t.test("altered: a byte here, a line's end there", async () => {
    // The role and its entry are damaged: the channel is signed anew under the next serial, as Repair in the design says.
    await round((file, at) => (at % 2 === 0 ? append(file, "\n") : flipMiddle(file)), { found: "1.1.0 #3" });
  });

  await t.test("removed", async () => {
    await round((file) => rm(file), { found: "1.1.0 #3" });
  });

  await t.test("the first release is what it was at first", async () => {
    assert.deepEqual(digestsOf(await bucket(), "releases/"), digestsOf(published, "releases/"));
  });

  const fromTheBucket = { ...settings, version: { alpha: "1.1.0" } };
  const package_ = (version: string, files: ReadonlyMap<string, FileFacts>) =>
    only(files, new RegExp(`^releases/alpha/${version}\\+[^/]*/alpha_${version}_amd64\\.deb$`));

  await t.test("a package whose bytes are nowhere: the refusal names it and who can restore it", async () => {
    await rm(join(checkout.folder, "products"), { recursive: true });
    await rm(join(checkout.folder, ".slipway", "cache"), { recursive: true });
    await configure(fromTheBucket);
    const path = package_("1.1.0", await bucket());
    const bytes = await readFile(inBucket(path));
    await flipMiddle(inBucket(path));
    const damaged = await bucket();
    const refused = await stack.up("--refresh");
    assertRefused(refused, new RegExp(`${escaped(path)} is altered .*\\[SLW-STORE-DAMAGED\\]`));
    assert.match(refused.text, /Whoever built alpha 1\.1\.0\+[0-9a-f]{12} can restore it: run `pulumi up` there/);
    assert.deepEqual(changesBetween(damaged, await bucket()), []);
    await writeFile(inBucket(path), bytes);
  });

  await t.test("the same for one that the channel only keeps, until the channel lets go of it", async () => {
    const path = package_("1.0.0", await bucket());
    await rm(inBucket(path));
    const damaged = await bucket();
    const refused = await stack.up("--refresh");
    assertRefused(refused, new RegExp(`${escaped(path)} is missing, .*\\[SLW-STORE-DAMAGED\\]`));
    assert.deepEqual(changesBetween(damaged, await bucket()), []);
    await configure({ ...fromTheBucket, keep: 1 });
    succeeded(await stack.up());
    succeeded(await stack.preview("--refresh", "--diff", "--expect-no-changes"));
    assert.deepEqual(await follow("memory"), { found: "1.1.0 #4", root: 1 });
  });
});

/** New numbers, and what says which of them is in force; and indices and pages that are made again under a new one. */
const mayChange =
  /^changed (?:tuf\/timestamp\.json|channels\/[^/]+\/dev\.json|dists\/dev\/(?:InRelease|Release|Release\.gpg)|index\.html|channels\/(?:alpha|team-archive-keyring)-dev\.html)$/;

/** Sorted paths of objects, at least one of each kind that a bucket with two releases of alpha has. */
async function oneOfEveryKind(
  files: ReadonlyMap<string, FileFacts>,
  text: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  const copy = await text("channels/alpha/dev.json");
  const { serial } = JSON.parse(copy) as { readonly serial: number };
  const timestamp = JSON.parse(await text("tuf/timestamp.json")) as {
    readonly signed: { readonly meta: { readonly "snapshot.json": { readonly version: number } } };
  };
  const snapshot = timestamp.signed.meta["snapshot.json"].version;
  const digest = files.get("channels/alpha/dev.json")?.sha256;
  const release = "(?:alpha/1\\.[01]\\.0|team-archive-keyring/1\\.0\\.0)\\+[0-9a-f]{12}";
  const kinds = [
    ...[
      "alpha_1\\.[01]\\.0_amd64\\.deb",
      `${keyring}_1\\.0\\.0_all\\.deb`,
      "inventory/alpha-1.*-linux-x86_64.*\\.json",
    ],
    ...["release\\.json", "manifest\\.json", "metadata\\.json", "SHA256SUMS", "SHA256SUMS\\.asc"],
    ...["release.json", "manifest.json", "metadata.json", "SHA256SUMS"].map((name) => `${name}\\.sig/[0-9A-F]{40}`),
  ].map((name) => `releases/${release}/${name}`);
  kinds.push(
    ...[`channels/alpha/${digest}\\.dev\\.json`, "channels/alpha/dev\\.json"],
    ...["root", "targets"].map((role) => `tuf/1\\.${role}\\.json`),
    ...[serial, serial - 1].map((number) => `tuf/${number}\\.alpha-dev\\.json`),
    ...[snapshot, snapshot - 1].map((number) => `tuf/${number}\\.snapshot\\.json`),
    ...["tuf/timestamp\\.json", "keys/tuf-root\\.json", "keys/[0-9A-F]{40}\\.asc", `keys/${keyring}\\.(?:asc|gpg)`],
    ...["InRelease", "Release", "Release\\.gpg", "main/binary-amd64/Packages(?:\\.gz|\\.zst)?"].map(inSuite),
    ...[inSuite("main/binary-amd64/by-hash/SHA256/[0-9a-f]{64}"), "dists/team-dev\\.sources"],
    ...["index\\.html", "channels/alpha-dev\\.html"],
  );
  const paths = kinds.flatMap((kind) => {
    const pattern = new RegExp(`^${kind}$`);
    const found = [...files.keys()].filter((path) => pattern.test(path));
    assert.notEqual(found.length, 0, `the bucket has no ${kind}`);
    return found;
  });
  return [...new Set(paths)].sort();
}

function inSuite(name: string): string {
  return `dists/dev/${name}`;
}

function only(files: ReadonlyMap<string, FileFacts>, pattern: RegExp): string {
  const [found, ...others] = [...files.keys()].filter((path) => pattern.test(path));
  assert.ok(found !== undefined && others.length === 0, `expected one object like ${pattern}`);
  return found;
}

function escaped(literal: string): string {
  return literal.replaceAll(/[.+]/g, "\\$&");
}

async function append(file: string, text: string): Promise<void> {
  await writeFile(file, Buffer.concat([await readFile(file), Buffer.from(text)]));
}

/** The same size, another byte. */
async function flipMiddle(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(file, bytes);
}
