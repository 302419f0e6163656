import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { holdsRows } from "../__fixtures__/refused.ts";
import { testJob } from "../builds/__fixtures__/test-job.ts";
import { sha256 } from "../digest.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { recipeOf } from "../formats/formats.ts";
import { openEd25519 } from "../signing/ed25519.ts";
import { directoryStore } from "../store/directory.ts";
import { builder, jobs, type Machine, machine, stranger, watched } from "./__fixtures__/machine.ts";
import { type CacheEntry, entryLimit, entryPath, entryText, objectPath } from "./entry.ts";

const built = jobs.map(() => "built");
const fetched = jobs.map(() => "fetched");
const [job = testJob("none")] = jobs;
const signer = await openEd25519(builder.public, { kind: "state", secret: builder.secret });
const strangerSigner = await openEd25519(stranger.public, { kind: "state", secret: stranger.secret });

/** Machines with a bucket in common. Where it is filled, a machine `first` has built into it. */
async function machines(t: TestContext, { filled = false } = {}) {
  const folder = await scratch(t);
  if (filled) await cp(template, folder, { recursive: true });
  const bucket = path.join(folder, "bucket");
  const store = directoryStore(bucket);
  const at = (name: string) => path.join(folder, name);
  return { bucket, store, at, machine: (name: string) => machine(at(name), store) };
}

// Built once: a build starts processes.
const template = await mkdtemp(path.join(tmpdir(), "slipway-shared-"));
after(() => rm(template, { recursive: true }));
await machine(path.join(template, "first"), directoryStore(path.join(template, "bucket"))).build();

const digestsOf = async (one: Machine) => [...(await one.build()).artifacts.values()].map((it) => it.sha256);
const onlyReads = { key: builder.public };

test("what one machine has built, another finds, and asks no more for it", async (t) => {
  const { at, store, machine: named } = await machines(t, { filled: true });
  const first = named("first");
  let asked = 0;
  const counting = machine(
    at("second"),
    watched(store, () => void asked++),
    onlyReads,
  );
  const { artifacts, how } = await counting.build();
  assert.deepEqual(how, fetched);
  for (const [name, { sha256, cached, recipe }] of (await first.build()).artifacts) {
    const other = artifacts.get(name);
    assert.deepEqual([other?.sha256, other?.recipe, other?.cached], [sha256, recipe, cached]);
  }
  assert.ok(asked > 0);
  asked = 0;
  assert.deepEqual(
    (await counting.build()).how,
    jobs.map(() => "cached"),
  );
  assert.equal(asked, 0);
  assert.deepEqual([first.warnings, counting.warnings], [[], []]);
  assert.deepEqual(await readdir(path.join(at("second"), "temporary")), []);
});

test("a machine without the private half reads, and writes nothing", async (t) => {
  const { at, store } = await machines(t);
  const writes: string[] = [];
  const reader = machine(
    at("reader"),
    watched(store, (verb, object) => void (["create", "replace"].includes(verb) && writes.push(object))),
    onlyReads,
  );
  assert.deepEqual((await reader.build()).how, built);
  assert.deepEqual(
    [writes, reader.warnings, await readdir(path.join(at("reader"), "shared")).catch(() => [])],
    [[], [], []],
  );
});

test("without a key, entries of an own folder are taken as they are, and signed ones are not looked for", async (t) => {
  const { at, store } = await machines(t, { filled: true });
  assert.deepEqual((await machine(at("second"), store, {}).build()).how, built);
  assert.deepEqual((await machine(at("third"), store, {}).build()).how, fetched);
});

interface Bucket {
  readonly recipe: string;
  readonly entry: CacheEntry;
  write(object: string, bytes: string | Uint8Array): Promise<void>;
}
const own = (bucket: Bucket, text: string) => bucket.write(entryPath(bucket.recipe, builder.public), text);
const other = { sha256: sha256("other"), size: 5 };

/** What somebody who can write the bucket may do, and what the warning says of it. */
const poisons: readonly (readonly [what: string, poison: (bucket: Bucket) => Promise<void>, says: RegExp])[] = [
  [
    "bytes of the same size",
    (it) => it.write(objectPath(it.entry.sha256), Buffer.alloc(it.entry.size)),
    /its bytes do not have that digest/,
  ],
  ["fewer bytes", (it) => it.write(objectPath(it.entry.sha256), "x"), /its size is not that of its entry/],
  [
    "far more bytes",
    (it) => it.write(objectPath(it.entry.sha256), Buffer.alloc(8 << 20)),
    /its size is not that of its entry/,
  ],
  ["no entry", (it) => own(it, "nonsense"), /it is no entry of a cache/],
  ["an endless entry", (it) => own(it, " ".repeat(entryLimit + 1)), /it is too large for one/],
  [
    "an entry without a signature",
    (it) => own(it, entryText({ ...it.entry, ...other }, undefined)),
    /it is not signed\.$/,
  ],
  [
    "an entry that another key signed",
    (it) => own(it, entryText({ ...it.entry, ...other }, strangerSigner)),
    /it is not signed by key [0-9a-f]{64}\.$/,
  ],
  [
    "a signature of another entry",
    (it) => own(it, entryText(it.entry, signer).replace(it.entry.sha256, other.sha256)),
    /it is not signed by key/,
  ],
  [
    "the entry of another recipe",
    (it) => own(it, entryText({ ...it.entry, recipe: sha256("other") }, signer)),
    /it is that of recipe/,
  ],
];

holdsRows("what lies in a shared cache", 9, poisons);

for (const [what, poison, says] of poisons) {
  test(`a poisoned cache is noticed, ignored and mended: ${what}`, async (t) => {
    const { bucket, store, machine: named } = await machines(t, { filled: true });
    const expected = await digestsOf(named("first"));
    const recipe = recipeOf(job);
    const [digest = ""] = expected;
    const size = (await store.stat(objectPath(digest)))?.size ?? 0;
    const write = (object: string, bytes: string | Uint8Array) =>
      writeFile(path.join(bucket, ...object.split("/")), bytes);
    await poison({ recipe, entry: { recipe, sha256: digest, size }, write });

    const second = named("second");
    const { how, artifacts } = await second.build();
    assert.deepEqual(how, ["built", ...fetched.slice(1)]);
    assert.deepEqual(
      [...artifacts.values()].map((it) => it.sha256),
      expected,
    );
    assert.match(second.warnings[0] ?? "", says);
    assert.match(
      second.warnings[0] ?? "",
      /^The shared cache shared is not believed about demo-1\.0\.0-linux-x86_64\.tar\.zst, which is built here: /,
    );
    assert.match(
      second.warnings[1] ?? "",
      /^The shared cache shared had other bytes at cache\/(?:objects|entries)\/.*; they were replaced\.$/,
    );
    assert.equal(second.warnings.length, 2);

    const third = named("third");
    assert.deepEqual([(await third.build()).how, third.warnings], [fetched, []]);
  });
}

test("well-formed bytes of another artifact are not taken, though the builder's key signed the entry", async (t) => {
  const { bucket, store, machine: named } = await machines(t);
  const first = named("first");
  const evil = testJob("demo-1.0.0-linux-x86_64.tar.zst", "demo", "evil");
  const { artifacts } = await first.build([evil]);
  const { sha256: digest, size } = artifacts.get(evil.name) ?? assert.fail();
  const place = path.join(bucket, ...entryPath(recipeOf(job), builder.public).split("/"));
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, entryText({ recipe: recipeOf(job), sha256: digest, size }, signer));
  const second = named("second");
  assert.deepEqual((await second.build([job])).how, ["built"]);
  assert.match(second.warnings[0] ?? "", /usr\/demo has another size, sha256 than its recipe says\.$/);
  // Two answers that one key signed: a person has to look.
  assert.match(second.warnings[1] ?? "", /has other bytes of .* than were built here .* was left as it is\.$/);
  assert.equal(second.warnings.length, 2);
  assert.ok(await store.stat(objectPath(digest)));
});

test("an object that the bucket expired is a miss and no error, and comes back", async (t) => {
  const { bucket, machine: named } = await machines(t, { filled: true });
  const [digest = ""] = await digestsOf(named("first"));
  await rm(path.join(bucket, ...objectPath(digest).split("/")));
  const second = named("second");
  assert.deepEqual([(await second.build()).how, second.warnings], [["built", ...fetched.slice(1)], []]);
  assert.deepEqual((await named("third").build()).how, fetched);
});

test("two builders at once agree", async (t) => {
  const { bucket, machine: named } = await machines(t);
  const [one, two] = [named("one"), named("two")];
  const [first, second] = await Promise.all([digestsOf(one), digestsOf(two)]);
  assert.deepEqual(first, second);
  assert.deepEqual([one.warnings, two.warnings], [[], []]);
  assert.deepEqual((await readdir(path.join(bucket, "cache", "objects"))).sort(), [...first].sort());
});

const dyingBuilder = fileURLToPath(new URL("./__fixtures__/dying-builder.ts", import.meta.url));

for (const prefix of ["cache/objects/", "cache/entries/"]) {
  test(`a builder that is killed before it writes ${prefix}: its next run uploads what is missing`, async (t) => {
    const { at, bucket, machine: named } = await machines(t);
    const { secret, public: half } = builder;
    const child = spawn(process.execPath, [dyingBuilder, at("first"), bucket, prefix, secret, half.publicKey]);
    const [, signal] = await once(child, "exit");
    assert.equal(signal, "SIGKILL");
    assert.deepEqual(await directoryStore(bucket).list("cache/entries/"), []);

    const again = named("first");
    assert.deepEqual(
      (await again.build()).how,
      jobs.map(() => "cached"),
    );
    assert.deepEqual(await readdir(path.join(at("first"), "shared")), []);
    assert.deepEqual([(await named("second").build()).how, again.warnings], [fetched, []]);
  });
}

test("a store that fails is a few warnings, and what it did not get goes up later", async (t) => {
  const { at, store, machine: named } = await machines(t);
  const broken = machine(
    at("first"),
    watched(store, () => {
      throw new Error("connection refused");
    }),
  );
  assert.deepEqual((await broken.build()).how, built);
  const cannot = "the shared cache shared cannot be used: connection refused.";
  const [one, two, last, ...more] = broken.warnings;
  for (const warning of [one, two]) assert.match(warning ?? "", /^demo-\S+ was not looked up: /);
  assert.match(last ?? "", /^demo-\S+ waits for its upload: .* This run goes on without it\.$/);
  assert.ok([one, two, last].every((warning) => warning?.includes(cannot)));
  assert.deepEqual(more, []);
  assert.equal((await readdir(path.join(at("first"), "shared"))).length, jobs.length);
  assert.deepEqual(await named("first").shared.upload(), { uploaded: jobs.length, waiting: 0 });
  assert.deepEqual((await named("second").build()).how, fetched);
});

test("a key that is not the builder's is a warning, and nothing is uploaded", async (t) => {
  const { at, store, bucket } = await machines(t);
  const wrong = machine(at("first"), store, { key: builder.public, secret: stranger.secret });
  assert.deepEqual((await wrong.build()).how, built);
  assert.match(
    wrong.warnings.join("\n"),
    /^Nothing is uploaded: .* belongs to key [0-9a-f]{64}, but key [0-9a-f]{64} was expected\./,
  );
  assert.ok(!wrong.warnings.join().includes(stranger.secret));
  await assert.rejects(readFile(bucket), { code: "ENOENT" });
});

test("what was built and lost from this machine's cache before its upload is no longer waited for", async (t) => {
  const { at, store } = await machines(t);
  const broken = machine(
    at("first"),
    watched(store, (verb) => {
      if (verb === "create") throw new Error("cut");
    }),
  );
  await broken.build();
  await rm(path.join(at("first"), "objects"), { recursive: true });
  assert.deepEqual(await machine(at("first"), store).shared.upload(), { uploaded: jobs.length, waiting: 0 });
  assert.deepEqual(await store.list("cache/"), []);
});
