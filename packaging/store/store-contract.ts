import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import type { Store } from "./store.ts";
import { type ChildTask, increment } from "./store-contract-child.ts";

/** A fresh, empty store, and what the contract needs to look at it from all sides. */
export interface StoreFixture {
  readonly store: Store;
  /** How another process opens the same store; calling it here gives a second door. */
  readonly open: ChildTask["open"];
  /** True while a write is visibly under way and not finished. */
  midway(): Promise<boolean>;
  remove(): Promise<void>;
}

const childScript = fileURLToPath(new URL("./store-contract-child.ts", import.meta.url));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);
const refusedWith =
  (code: string, ...words: readonly string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof SlipwayError, `not a refusal: ${String(error)}`);
    assert.equal(error.code, code);
    for (const word of words) assert.ok(error.message.includes(word), `"${word}" is not in: ${error.message}`);
    return true;
  };

/** What every store must do. Each kind of store runs all of it. */
export function storeContract(name: string, makeStore: () => Promise<StoreFixture>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let fixture: StoreFixture;
    let store: Store;
    let scratch: string;
    before(async () => {
      fixture = await makeStore();
      store = fixture.store;
      scratch = await mkdtemp(join(tmpdir(), "slipway-store-"));
    });
    after(async () => {
      await fixture.remove();
      await rm(scratch, { recursive: true });
    });

    it("answers absent for what is not there", async () => {
      assert.deepEqual(await store.list("none/"), []);
      assert.equal(await store.stat("none/a"), undefined);
      assert.equal(await store.digest("none/a"), undefined);
      assert.equal(await store.keptDigest("none/a"), undefined);
      assert.equal(await store.read("none/a", 10), undefined);
      assert.equal(await store.download("none/a", join(scratch, "none")), false);
    });

    it("gives back what was created, from memory and from a file", async () => {
      const file = join(scratch, "source");
      await writeFile(file, "from a file");
      assert.equal(await store.create("give/memory", bytes("from memory")), "created");
      assert.equal(await store.create("give/file", { file, size: 11, sha256: sha256("from a file") }), "created");
      assert.equal(await store.create("give/empty", bytes("")), "created");
      assert.equal(text(await store.read("give/memory", 11)), "from memory");
      assert.equal(text(await store.read("give/empty", 0)), "");
      assert.deepEqual(await store.stat("give/file"), { path: "give/file", size: 11 });
      assert.equal(await store.digest("give/file"), sha256("from a file"));
      await writeFile(join(scratch, "copy"), "what was there before, and is longer");
      assert.equal(await store.download("give/file", join(scratch, "copy")), true);
      assert.equal(await readFile(join(scratch, "copy"), "utf8"), "from a file");
    });

    it("lists by prefix, in the order of UTF-8 bytes", async () => {
      for (const path of ["list/b", "list/a/z", "list/a-1", "list/a.1", "list/Z", "listed"]) {
        await store.create(path, bytes(path));
      }
      const paths = async (prefix: string) => (await store.list(prefix)).map((object) => object.path);
      assert.deepEqual(await paths("list/"), ["list/Z", "list/a-1", "list/a.1", "list/a/z", "list/b"]);
      assert.deepEqual(await paths("list/a"), ["list/a-1", "list/a.1", "list/a/z"]);
      assert.deepEqual(await paths("list/a/"), ["list/a/z"]);
      assert.deepEqual(await paths("list"), [...(await paths("list/")), "listed"]);
      assert.ok((await store.list("")).some((object) => object.path === "listed" && object.size === 6));
    });

    it("refuses to read more than the limit", async () => {
      await store.create("limit/ten", bytes("0123456789"));
      await assert.rejects(store.read("limit/ten", 9), refusedWith("SLW-STORE", "limit/ten", "9 bytes"));
      assert.equal((await store.read("limit/ten", 10))?.length, 10);
    });

    it("creates once: equal bytes are a no-op, other bytes a conflict that names both digests", async () => {
      await store.create("once/a", bytes("one"));
      assert.equal(await store.create("once/a", bytes("one")), "equal");
      await assert.rejects(
        store.create("once/a", bytes("two")),
        refusedWith("SLW-STORE-CONFLICT", "once/a", sha256("one"), sha256("two")),
      );
      assert.equal(text(await store.read("once/a", 10)), "one");
    });

    it("refuses a source that does not give the promised bytes, and writes nothing", async () => {
      const file = join(scratch, "liar");
      await writeFile(file, "liar");
      for (const promised of [
        { file, size: 4, sha256: sha256("other") },
        { file, size: 3, sha256: sha256("liar") },
        { file, size: 5, sha256: sha256("liar") },
      ]) {
        await assert.rejects(store.create("liar/a", promised), refusedWith("SLW-STORE", "liar/a", promised.sha256));
        await assert.rejects(store.replace("liar/a", promised, undefined), refusedWith("SLW-STORE", "liar/a"));
      }
      assert.deepEqual(await store.list("liar/"), []);
    });

    it("replaces only what is as expected", async () => {
      assert.equal(await store.replace("set/a", bytes("one"), sha256("zero")), false, "absent");
      assert.equal(await store.replace("set/a", bytes("one"), undefined), true);
      assert.equal(await store.replace("set/a", bytes("two"), undefined), false, "there already");
      assert.equal(await store.replace("set/a", bytes("two"), sha256("zero")), false, "another digest");
      assert.equal(text(await store.read("set/a", 10)), "one");
      assert.equal(await store.replace("set/a", bytes("two"), sha256("one")), true);
      assert.equal(text(await store.read("set/a", 10)), "two");
    });

    it("keeps the digest of what it wrote last, from memory and from a file", async () => {
      const file = join(scratch, "kept");
      const write = async (content: string) => {
        await writeFile(file, content);
        return { file, size: content.length, sha256: sha256(content) };
      };
      await store.create("kept/memory", bytes("one"));
      await store.create("kept/file", await write("one"));
      for (const path of ["kept/memory", "kept/file"]) assert.equal(await store.keptDigest(path), sha256("one"));
      await store.replace("kept/memory", bytes("two"), sha256("one"));
      await store.replace("kept/file", await write("two"), sha256("one"));
      await store.replace("kept/new", await write("two"), undefined);
      for (const path of ["kept/memory", "kept/file", "kept/new"]) {
        assert.equal(await store.keptDigest(path), sha256("two"), path);
        assert.equal(await store.digest(path), sha256("two"), path);
      }
      assert.deepEqual(
        (await store.list("kept/")).map(({ path }) => path),
        ["kept/file", "kept/memory", "kept/new"],
      );
    });

    it("refuses names that are no plain relative path", async () => {
      const bad = ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "a\nb", "a\0b", "C:/a", "a b", "é"];
      for (const path of [...bad, "x".repeat(256), "x/".repeat(600).concat("x")]) {
        const refused = refusedWith("SLW-STORE");
        await assert.rejects(store.stat(path), refused, path);
        await assert.rejects(store.digest(path), refused, path);
        await assert.rejects(store.keptDigest(path), refused, path);
        await assert.rejects(store.read(path, 1), refused, path);
        await assert.rejects(store.download(path, join(scratch, "no")), refused, path);
        await assert.rejects(store.create(path, bytes("")), refused, path);
        await assert.rejects(store.replace(path, bytes(""), undefined), refused, path);
      }
      for (const prefix of ["/", "../", "a//", "a/../", "a\\"]) {
        await assert.rejects(store.list(prefix), refusedWith("SLW-STORE"), prefix);
      }
    });

    it("lets one of many creators win, and the others see equal bytes or a conflict", async () => {
      const same = await Promise.all(Array.from({ length: 12 }, () => store.create("race/same", bytes("same"))));
      assert.equal(same.filter((outcome) => outcome === "created").length, 1);
      const all = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => store.create("race/other", bytes(`writer ${index}`))),
      );
      const winners = all.flatMap((outcome, index) => (outcome.status === "fulfilled" ? [index] : []));
      assert.equal(winners.length, 1);
      assert.equal(text(await store.read("race/other", 20)), `writer ${winners[0]}`);
      for (const outcome of all) {
        if (outcome.status === "rejected") refusedWith("SLW-STORE-CONFLICT", "race/other")(outcome.reason);
      }
    });

    it("loses nothing of 20 increments side by side", async () => {
      await Promise.all(Array.from({ length: 20 }, () => increment(store, "count/one-process", 1)));
      assert.equal(text(await store.read("count/one-process", 10)), "20");
    });

    it("loses nothing of increments by several processes", async () => {
      const task = { kind: "increment", path: "count/processes", times: 10 } as const;
      await Promise.all([...[1, 2, 3].map(() => runChild(fixture, task)), increment(store, task.path, task.times)]);
      assert.equal(text(await store.read("count/processes", 10)), "40");
    });

    it("shows readers the old object or the new one, never a mixture", async () => {
      const versions = ["a", "b"].map((letter) => bytes(letter.repeat(1 << 18)));
      const digests = versions.map(sha256);
      await store.create("whole/a", versions[0] ?? bytes(""));
      let replacing = true;
      const reading = (async () => {
        const seen: string[] = [];
        while (replacing) seen.push(sha256((await store.read("whole/a", 1 << 18)) ?? "absent"));
        return seen;
      })();
      for (let turn = 0; turn < 10; turn += 1) {
        const next = versions[(turn + 1) % 2] ?? bytes("");
        assert.equal(await store.replace("whole/a", next, digests[turn % 2]), true);
      }
      replacing = false;
      const seen = await reading;
      assert.ok(seen.length > 0);
      assert.deepEqual(
        seen.filter((digest) => !digests.includes(digest)),
        [],
      );
    });

    it("lets one of several processes create", async () => {
      const outcomes = await Promise.all(
        ["a", "b", "a"].map((content) =>
          runChild(fixture, { kind: "create", path: "race/processes", bytes: { text: content } }),
        ),
      );
      assert.equal(outcomes.filter((outcome) => outcome === "created").length, 1, JSON.stringify(outcomes));
      const won = text(await store.read("race/processes", 1));
      assert.deepEqual(
        [...outcomes].sort(),
        won === "a"
          ? ["SLW-STORE-CONFLICT", "created", "equal"]
          : ["SLW-STORE-CONFLICT", "SLW-STORE-CONFLICT", "created"],
      );
    });

    it("shows nothing under the final name when a writer is killed in the middle", async () => {
      const file = join(scratch, "endless");
      // Sparse: it takes no room here, and far longer to copy than it takes to see that the copy has begun.
      const size = 4 * 2 ** 30;
      await writeFile(file, "");
      await truncate(file, size);
      const action = { kind: "create", path: "killed/a", bytes: { file, size, sha256: sha256("") } } as const;
      const child = startChild(fixture, action);
      const ended = new Promise((done) => child.once("exit", (_code, signal) => done(signal)));
      while (child.exitCode === null && !(await fixture.midway())) await delay(5);
      child.kill("SIGKILL");
      assert.equal(await ended, "SIGKILL");
      assert.equal(await store.stat("killed/a"), undefined);
      assert.deepEqual(await store.list("killed/"), []);
      assert.equal(await store.create("killed/a", bytes("whole")), "created");
      assert.equal(text(await store.read("killed/a", 10)), "whole");
    });
  });
}

function startChild(fixture: StoreFixture, action: ChildTask["action"]): ChildProcess {
  const task: ChildTask = { open: fixture.open, action };
  return spawn(process.execPath, [childScript, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
}

async function runChild(fixture: StoreFixture, action: ChildTask["action"]): Promise<unknown> {
  const child = startChild(fixture, action);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
    output += piece;
  });
  const code = await new Promise((done) => child.once("close", done));
  assert.equal(code, 0, output);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "null");
}
