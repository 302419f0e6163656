import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
  expires,
  now,
  plannedMove,
  sampleContent,
  sampleSigner,
} from "../../packaging/channels/__fixtures__/bucket.ts";
import { moveChannel } from "../../packaging/channels/move.ts";
import { ensureTrust } from "../../packaging/channels/trust.ts";
import { serveFolder } from "../../packaging/cli/serve.ts";
import type { Ed25519Signer } from "../../packaging/signing/signer.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import type { Store } from "../../packaging/store/store.ts";
import { type Look, look } from "./python-tuf.ts";

const [root, targets, mover, newRoot, newMover] = [1, 2, 3, 4, 5].map(sampleSigner) as [
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
];
const movers = [{ product: "runtime", channel: "stable", key: mover.public }];
const trust = { root, targets, movers, expires, now };

let folder = "";
let bucket = "";
let store: Store;
let server: Awaited<ReturnType<typeof serveFolder>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-python-tuf-"));
  bucket = join(folder, "bucket");
  store = directoryStore(bucket);
  await ensureTrust(store, trust);
  await copyFile(join(bucket, "tuf/1.root.json"), join(folder, "root.json"));
  server = await serveFolder(bucket, 0);
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function move(versions: [string, ...string[]], signer = mover): Promise<void> {
  await moveChannel(store, await plannedMove(store, sampleContent(...versions), signer));
}

/** A look by the user who installed at the first release, and remembers. */
const follower = (): Promise<Look> => look(server.url, join(folder, "root.json"), join(folder, "memory"));

test("python-tuf follows first release, promotion and a rollback, and refuses what is put back", async () => {
  await move(["1.0.0"]);
  assert.deepEqual(await follower(), { found: "1.0.0 #1", root: 1 });
  const old = await readFile(join(bucket, "tuf/timestamp.json"));
  await move(["1.1.0", "1.0.0"]);
  assert.deepEqual(await follower(), { found: "1.1.0 #2", root: 1 });
  await move(["1.0.0"]);
  assert.deepEqual(await follower(), { found: "1.0.0 #3", root: 1 });
  assert.deepEqual(await follower(), { found: "1.0.0 #3", root: 1 });

  await writeFile(join(bucket, "tuf/timestamp.json"), old);
  const replayed = await follower();
  assert.equal(replayed.refused, "BadVersionNumberError");
  assert.match(replayed.says ?? "", /New timestamp version 1 must be >= 3/);

  // The stack's next update puts the newest one back, and the same client goes on.
  await move(["1.0.0"]);
  assert.deepEqual(await follower(), { found: "1.0.0 #3", root: 1 });
});

test("python-tuf follows a rotated root key and a new channel", async () => {
  await move(["1.0.0"]);
  assert.equal((await follower()).found, "1.0.0 #1");
  const beta = { product: "runtime", channel: "beta", key: newMover.public };
  await ensureTrust(store, { ...trust, movers: [...movers, beta], moverSigner: mover });
  await ensureTrust(store, { ...trust, movers: [...movers, beta], root: newRoot, previousRoot: root });
  await move(["1.1.0"]);
  assert.deepEqual(await follower(), { found: "1.1.0 #2", root: 3 });
});

test("python-tuf reads a channel whose key was rotated, and names no error for it afterwards", async () => {
  await move(["1.0.0"]);
  assert.equal((await follower()).found, "1.0.0 #1");
  const rotated = [{ product: "runtime", channel: "stable", key: newMover.public }];
  await ensureTrust(store, { ...trust, movers: rotated, moverSigner: newMover });
  assert.equal((await follower()).refused, "UnsignedMetadataError");
  await move(["1.0.0"], newMover);
  assert.deepEqual(await follower(), { found: "1.0.0 #2", root: 2 });
});

test("after a lost state the root of before is refused, and the new one accepted", async () => {
  await move(["1.0.0"]);
  assert.equal((await follower()).found, "1.0.0 #1");
  const lost = { ...trust, root: newRoot, movers: [{ product: "runtime", channel: "stable", key: newMover.public }] };
  const { root: text, newTrust } = await ensureTrust(store, lost);
  assert.equal(newTrust, true);
  await move(["1.0.0"], newMover);
  assert.equal((await follower()).refused, "UnsignedMetadataError");
  await writeFile(join(folder, "new-root.json"), text.text);
  const fresh = await look(server.url, join(folder, "new-root.json"), join(folder, "new-memory"));
  assert.deepEqual(fresh, { found: "1.0.0 #2", root: 2 });
});

test("python-tuf refuses expired metadata", async () => {
  const past = { now: now - 7200, expires: "2020-01-01T00:00:00Z" };
  await moveChannel(store, await plannedMove(store, sampleContent("1.0.0"), mover, past));
  assert.equal((await follower()).refused, "ExpiredMetadataError");
});

test("python-tuf refuses altered and missing objects", async () => {
  await move(["1.0.0"]);
  const [entry] = (await store.list("channels/runtime/")).filter(({ path }) => path.endsWith(".stable.json"));
  for (const path of ["tuf/1.runtime-stable.json", "tuf/1.snapshot.json", entry?.path ?? ""]) {
    const bytes = await readFile(join(bucket, path));
    await writeFile(join(bucket, path), bytes.toString().replaceAll("1", "2"));
    const altered = await look(server.url, join(folder, "root.json"), join(folder, `fresh ${path.length}`));
    assert.ok(altered.refused, `${path}: ${JSON.stringify(altered)}`);
    await writeFile(join(bucket, path), bytes);
  }
  assert.equal((await follower()).found, "1.0.0 #1");
});
