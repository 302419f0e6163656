import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { sha256 } from "../digest.ts";
import { directoryStore } from "../store/directory.ts";
import type { Store } from "../store/store.ts";
import { archiveJob, builtRelease, debJob, facts, shippedText } from "./__fixtures__/release.ts";
import { releaseDigests, releaseDrift } from "./inspect.ts";
import { publishArtifact, publishRecord } from "./publish.ts";
import { buildRecord } from "./record.ts";
import { restoreObject } from "./repair.ts";
import { addSignature, copySumsSignature } from "./signatures.ts";

const base = "releases/runtime/1.0.0";
const release = builtRelease();
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
let bucket: string;
let store: Store;
/** Paths in the order in which they were written. */
let written: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-publish-"));
  bucket = join(folder, "bucket");
  written = [];
  store = watched(directoryStore(bucket), (path) => written.push(path));
});
afterEach(() => rm(folder, { recursive: true }));

async function publish(metadataText = "{}\n"): Promise<"created" | "equal"> {
  for (const job of [archiveJob, debJob]) {
    const recorded = release.record.artifacts.find(({ name }) => name === job.name);
    assert.ok(recorded);
    const file = join(folder, job.name);
    await writeFile(file, shippedText(job));
    await publishArtifact(store, base, recorded, file, release.inventories.get(recorded.inventory.path) ?? "");
  }
  return publishRecord(store, base, { recordText: release.text, metadataText });
}

async function damage(path: string, text: string): Promise<void> {
  await writeFile(join(bucket, path), text);
}

describe("publishing a release", () => {
  it("writes the record after all that it names, and before what follows from it", async () => {
    assert.equal(await publish(), "created");
    assert.deepEqual(written, [
      `${base}/${archiveJob.name}`,
      `${base}/inventory/${archiveJob.name}.json`,
      `${base}/${debJob.name}`,
      `${base}/inventory/${debJob.name}.json`,
      `${base}/release.json`,
      `${base}/SHA256SUMS`,
      `${base}/manifest.json`,
      `${base}/metadata.json`,
    ]);
    assert.deepEqual(await releaseDrift(store, base, release.record, new Map()), []);
  });

  it("again changes nothing, not even a time, and keeps the first writer's metadata", async () => {
    await publish('{"first": true}\n');
    const before = await fingerprints();
    assert.equal(await publish('{"first": false}\n'), "equal");
    assert.deepEqual(await fingerprints(), before);
  });

  it("refuses a record whose artifacts are not all there", async () => {
    const texts = { recordText: release.text, metadataText: "{}\n" };
    await assert.rejects(publishRecord(store, base, texts), {
      code: "SLW-STORE-DAMAGED",
      message:
        /runtime-1\.0\.0-linux-aarch64\.tar\.zst is not in the bucket, but the record of runtime 1\.0\.0 names it/,
    });
    await publish();
    await rm(join(bucket, base, "release.json"));
    await damage(`${base}/inventory/${debJob.name}.json`, "short");
    await assert.rejects(publishRecord(store, base, texts), /has 5 bytes in the bucket/);
    assert.equal(await store.stat(`${base}/release.json`), undefined);
  });

  it("refuses other bytes under a published name", async () => {
    await publish();
    const [artifact] = release.record.artifacts;
    assert.ok(artifact);
    const file = join(folder, "other");
    await writeFile(file, "other");
    const other = { ...artifact, size: 5, shipped: sha256("other") };
    const inventory = release.inventories.get(artifact.inventory.path) ?? "";
    await assert.rejects(publishArtifact(store, base, other, file, inventory), { code: "SLW-STORE-CONFLICT" });
    await assert.rejects(publishArtifact(store, base, artifact, file, "{}"), { code: "SLW-RECORD" });

    const job = { ...archiveJob };
    const built = { size: artifact.size, sha256: artifact.shipped, file };
    const another = buildRecord({ ...facts, summary: "Another" }, [{ job, built, recipe: artifact.recipe }]);
    await assert.rejects(publishRecord(store, base, { recordText: another.text, metadataText: "" }), {
      code: "SLW-STORE-CONFLICT",
      message: new RegExp(`release\\.json is in the bucket with other bytes: SHA-256 ${release.sha256} is there`),
    });
  });

  it("derives sums and manifest.json again where they were altered or removed", async () => {
    await publish();
    await damage(`${base}/SHA256SUMS`, "altered");
    await rm(join(bucket, base, "manifest.json"));
    await publish();
    assert.deepEqual(await releaseDrift(store, base, release.record, new Map()), []);
  });
});

describe("looking at a release", () => {
  it("names every object that is missing or altered, and no other", async () => {
    await publish();
    const signature = `${base}/SHA256SUMS.sig/KEY`;
    const paths = [...releaseDigests(base, release.record).keys()];
    assert.equal(paths.length, 7);
    for (const path of paths) {
      const was = (await store.read(path, 1 << 20)) ?? new Uint8Array();
      await damage(path, "altered");
      assert.deepEqual(await releaseDrift(store, base, release.record, new Map()), [`${path}: altered`]);
      await rm(join(bucket, path));
      assert.deepEqual(await releaseDrift(store, base, release.record, new Map([[signature, sha256("")]])), [
        ...[`${path}: missing`, `${signature}: missing`].sort(),
      ]);
      await store.create(path, was);
    }
  });
});

describe("restoring an object", () => {
  const path = `${base}/a.deb`;
  const expected = sha256("whole");
  const find = async () => utf8("whole");
  const unasked = async () => assert.fail("asked for bytes that nobody needs");

  it("leaves a whole one alone, makes a missing one, mends a damaged one", async () => {
    assert.equal(await restoreObject(store, path, expected, find), "created");
    assert.equal(await restoreObject(store, path, expected, unasked), "untouched");
    await damage(path, "damaged");
    assert.equal(await restoreObject(store, path, expected, find), "restored");
    assert.equal(await store.digest(path), expected);
  });

  it("names the object and who can restore it where the bytes are nowhere", async () => {
    for (const found of [undefined, utf8("others")]) {
      await assert.rejects(
        restoreObject(store, path, expected, async () => found),
        {
          code: "SLW-STORE-DAMAGED",
          message: /^releases\/runtime\/1\.0\.0\/a\.deb is missing.*\n +Whoever built runtime 1\.0\.0 can restore it/,
        },
      );
    }
    assert.equal(await store.stat(path), undefined);
    await store.create(path, utf8("damaged"));
    await assert.rejects(
      restoreObject(store, path, expected, async () => undefined),
      /is altered \(SHA-256 /,
    );
  });

  it("does not write over what changed meanwhile", async () => {
    await store.create(path, utf8("damaged"));
    let asked = 0;
    const outcome = restoreObject(store, path, expected, async () => {
      asked += 1;
      if (asked === 1) await damage(path, "damaged again");
      return utf8("whole");
    });
    assert.equal(await outcome, "restored");
    assert.equal(asked, 2);
  });

  it("is for releases only", async () => {
    await assert.rejects(restoreObject(store, "tuf/timestamp.json", expected, find), { code: "SLW-STORE" });
  });
});

describe("a signature", () => {
  const object = `${base}/SHA256SUMS`;
  const path = `${object}.sig/KEY`;
  const valid = (bytes: Uint8Array) => Buffer.from(bytes).toString().startsWith("valid");
  const add = (text: string) => addSignature(store, object, "KEY", utf8(text), valid);

  it("is added once, beside the object", async () => {
    assert.equal(await add("valid 1"), "created");
    assert.equal(await add("valid 1"), "equal");
    assert.equal(await addSignature(store, object, "OTHER", utf8("valid 2"), valid), "created");
    assert.deepEqual(
      (await store.list(`${object}.sig/`)).map((it) => it.path),
      [path, `${object}.sig/OTHER`],
    );
  });

  it("that is valid stays; one that is not is mended", async () => {
    await add("valid 1");
    assert.equal(await add("valid 2"), "kept");
    assert.equal(await store.digest(path), sha256("valid 1"));
    await damage(path, "damaged");
    assert.equal(await add("valid 2"), "repaired");
    await damage(path, "valid".repeat(20_000));
    assert.equal(await add("valid 2"), "repaired", "larger than any signature");
    assert.equal(await store.digest(path), sha256("valid 2"));
  });

  it("of the sums is copied to where people look", async () => {
    assert.equal(await copySumsSignature(store, base, utf8("valid 1"), valid), "created");
    assert.equal(await store.digest(`${base}/SHA256SUMS.asc`), sha256("valid 1"));
  });
});

function watched(inner: Store, onWrite: (path: string) => void): Store {
  return {
    list: (prefix) => inner.list(prefix),
    stat: (path) => inner.stat(path),
    digest: (path) => inner.digest(path),
    keptDigest: (path) => inner.keptDigest(path),
    read: (path, limit) => inner.read(path, limit),
    download: (path, file) => inner.download(path, file),
    create: async (path, bytes) => {
      const outcome = await inner.create(path, bytes);
      if (outcome === "created") onWrite(path);
      return outcome;
    },
    replace: async (path, bytes, expected) => {
      const done = await inner.replace(path, bytes, expected);
      if (done) onWrite(path);
      return done;
    },
  };
}

/** Inode and times of every object. */
async function fingerprints(): Promise<Readonly<Record<string, string>>> {
  const files = await readdir(bucket, { recursive: true, withFileTypes: true });
  const result: Record<string, string> = {};
  for (const entry of files.filter((it) => it.isFile() && !it.parentPath.includes(".tmp"))) {
    const file = join(entry.parentPath, entry.name);
    const { ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    result[file] = `${ino} ${mtimeNs} ${ctimeNs}`;
  }
  return result;
}
