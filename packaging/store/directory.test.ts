import assert from "node:assert/strict";
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { directoryStore } from "./directory.ts";
import { settleNew } from "./settle.ts";
import { storeContract } from "./store-contract.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

storeContract("a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bucket-"));
  return {
    store: directoryStore(folder),
    open: { module: new URL("./directory.ts", import.meta.url).href, name: "directoryStore", args: [folder] },
    midway: async () => {
      for (const name of await readdir(join(folder, ".tmp")).catch(() => [])) {
        const found = await stat(join(folder, ".tmp", name)).catch(() => undefined);
        if (name !== "lock" && found?.isFile() && found.size > 0) return true;
      }
      return false;
    },
    remove: () => rm(folder, { recursive: true }),
  };
});

describe("a bucket in a folder", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-bucket-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("sets modes itself, whatever the umask", { skip: process.platform === "win32" && "no modes there" }, async () => {
    const bucket = join(folder, "modes", "bucket");
    const before = process.umask(0o077);
    try {
      await directoryStore(bucket).create("a/b/c", bytes("c"));
      await directoryStore(bucket).replace("a/b/c", bytes("d"), sha256("c"));
    } finally {
      process.umask(before);
    }
    const mode = async (path: string) => ((await stat(join(bucket, path))).mode & 0o7777).toString(8);
    assert.deepEqual(await Promise.all([".", "a", "a/b", "a/b/c"].map(mode)), ["755", "755", "755", "644"]);
  });

  it("touches neither inode nor times of an equal object", async () => {
    const store = directoryStore(join(folder, "equal"));
    await store.create("a", bytes("a"));
    await utimes(join(folder, "equal", "a"), 1, 1);
    const before = await lstat(join(folder, "equal", "a"));
    assert.equal(await store.create("a", bytes("a")), "equal");
    const { ino, mtimeMs, ctimeMs, nlink } = await lstat(join(folder, "equal", "a"));
    assert.deepEqual({ ino, mtimeMs, ctimeMs, nlink }, pick(before));
    assert.equal(nlink, 1);
  });

  it("keeps its temporaries and lock out of listings and out of reach", async () => {
    const store = directoryStore(join(folder, "hidden"));
    await store.create("a", bytes("a"));
    await store.replace("a", bytes("b"), sha256("a"));
    assert.deepEqual(await store.list(""), [{ path: "a", size: 1 }]);
    assert.deepEqual(await readdir(join(folder, "hidden", ".tmp")), ["lock"]);
    for (const path of [".tmp/lock", ".TMP/lock", ".tmp"]) {
      await assert.rejects(store.read(path, 10), { code: "SLW-STORE" });
    }
  });

  it("sweeps what dead writers left more than a day ago, and nothing else", async () => {
    const hidden = join(folder, "swept", ".tmp");
    await mkdir(hidden, { recursive: true });
    const names = ["12-00000000-0000-0000-0000-000000000000", "12-00000000-0000-0000-0000-000000000001", "lock"];
    const now = Date.now() / 1000;
    for (const [index, name] of names.entries()) {
      await writeFile(join(hidden, name), "");
      const age = index === 1 ? 23 * 3600 : 25 * 3600;
      await utimes(join(hidden, name), now - age, now - age);
    }
    await directoryStore(join(folder, "swept")).create("a", bytes("a"));
    assert.deepEqual((await readdir(hidden)).sort(), [names[1], "lock"]);
  });

  it("creates without hard links too, one winner only", async () => {
    const lock = join(folder, "lock");
    const noLinks = async () => {
      throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
    };
    const final = join(folder, "without-links");
    const names = ["t1", "t2", "t3"].map((name) => join(folder, name));
    for (const name of names) await writeFile(name, name);
    const won = await Promise.all(names.map((name) => settleNew(name, final, lock, noLinks)));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(await readFile(final, "utf8"), names[won.indexOf(true)]);
    assert.equal(await settleNew(names[won.indexOf(false)] ?? "", final, lock, link), false);
  });

  it("says what is in the way", async () => {
    const bucket = join(folder, "way");
    const store = directoryStore(bucket);
    await store.create("file", bytes("a"));
    assert.equal(await store.stat("file/below"), undefined);
    await assert.rejects(store.create("file/below", bytes("b")), (error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(error.message, /cannot write file\/below in the bucket .*A file has the name of a folder/s);
      return true;
    });
    await mkdir(join(bucket, "folder"));
    await assert.rejects(store.digest("folder"), /folder in the bucket .* is not a file\. {2}\[SLW-STORE\]/);
  });

  it("sees through a linked folder and past a dangling link", async () => {
    const bucket = join(folder, "links");
    const elsewhere = join(folder, "elsewhere");
    await directoryStore(elsewhere).create("a", bytes("a"));
    await mkdir(bucket);
    await symlink(elsewhere, join(bucket, "releases"), "junction");
    await symlink(join(folder, "nothing"), join(bucket, "dangling"), "junction");
    assert.deepEqual(await directoryStore(bucket).list("releases/a"), [{ path: "releases/a", size: 1 }]);
    assert.equal(await directoryStore(bucket).stat("dangling"), undefined);
  });
});

function pick(status: { ino: number; mtimeMs: number; ctimeMs: number; nlink: number }) {
  const { ino, mtimeMs, ctimeMs, nlink } = status;
  return { ino, mtimeMs, ctimeMs, nlink };
}
