import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { ErrorCode } from "../errors.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
import { expires, plannedMove, sampleContent, sampleSigner } from "./__fixtures__/bucket.ts";
import { mover, newBucket, other } from "./__fixtures__/runtime-channels.ts";
import { openChannel } from "./client.ts";
import { channelPath, entryPath } from "./layout.ts";
import { metaOf, signedText } from "./metadata.ts";
import { moveChannel } from "./move.ts";
import { readChannel } from "./read.ts";

type Bucket = Awaited<ReturnType<typeof newBucket>>;
type Json = Record<string, never> & { signatures: { keyid: string; sig: string }[]; signed: Record<string, unknown> };

const [timestamp, snapshot, targets] = ["tuf/timestamp.json", "tuf/3.snapshot.json", "tuf/1.targets.json"];
const role = "tuf/2.runtime-stable.json";
const stranger = sampleSigner(9);
const past = "2020-01-01T00:00:00Z";
const [old, current] = [sampleContent("1.0.0"), sampleContent("1.1.0", "1.0.0")];

/** A bucket with two moves of channel stable and one of candidate between them: role 2 and snapshot 3 are in force. */
async function bucketInForce(): Promise<Bucket> {
  const store = await newBucket();
  await moveChannel(store, await plannedMove(store, old, mover));
  await moveChannel(store, await plannedMove(store, old, other, { channel: "candidate" }));
  await moveChannel(store, await plannedMove(store, current, mover));
  return store;
}

const textOf = (store: Bucket, path: string): string => store.objects.get(path)?.toString() ?? assert.fail(path);
const put = (path: string, text: string) => (store: Bucket) => void store.objects.set(path, Buffer.from(text));
const remove = (path: string) => (store: Bucket) => void store.objects.delete(path);
/** Changes a file's text, under the signatures that it has. */
const edit = (path: string, change: (text: string) => string) => (store: Bucket) =>
  put(path, change(textOf(store, path)))(store);
const editJson = (path: string, change: (json: Json) => void) =>
  edit(path, (text) => {
    const json = JSON.parse(text) as Json;
    change(json);
    return canonicalJson(json);
  });
const inSigned = (path: string, key: string, value: unknown) =>
  editJson(path, ({ signed }) => void Object.assign(signed, { [key]: value }));

interface Signed {
  readonly signer?: Ed25519Signer;
  readonly version?: number;
  readonly expires?: string;
}

/** Signs a timestamp over a snapshot, as whoever holds a key may. */
function putTimestamp(
  store: Bucket,
  snapshotText: string,
  snapshotVersion: number,
  { signer = mover, version = 9, expires: end = expires }: Signed = {},
): void {
  const meta = { "snapshot.json": metaOf(snapshotText, snapshotVersion) };
  put(timestamp, signedText("timestamp", { meta }, { version, expires: end }, [signer]))(store);
}

/** Signs a snapshot that names other files than the one in force, and a timestamp over it. */
function putSnapshot(
  store: Bucket,
  change: Record<string, unknown>,
  { signer = mover, version = 4, expires: end = expires }: Signed = {},
): void {
  const { signed } = JSON.parse(textOf(store, snapshot)) as Json;
  const meta = { ...(signed["meta"] as Record<string, unknown>), ...change };
  const text = signedText("snapshot", { meta: JSON.parse(JSON.stringify(meta)) }, { version, expires: end }, [signer]);
  put(`tuf/${version}.snapshot.json`, text)(store);
  putTimestamp(store, text, version);
}

/** Signs a role's file that names these targets, and brings it into force. */
function putRole(
  store: Bucket,
  named: Record<string, unknown>,
  { signer = mover, version = 3, expires: end = expires }: Signed = {},
): void {
  const text = signedText("targets", { targets: named }, { version, expires: end }, [signer]);
  put("tuf/3.runtime-stable.json", text)(store);
  putSnapshot(store, { "runtime-stable.json": metaOf(text, 3) });
}

/** A role that names this text as the channel's entry. */
function putEntry(store: Bucket, text: string): void {
  const { length, hashes } = metaOf(text, 1);
  put(entryPath("runtime", "stable", hashes.sha256), text)(store);
  putRole(store, { [channelPath("runtime", "stable")]: { length, hashes } });
}

const entryIn = (store: Bucket): string =>
  [...store.objects.keys()].find(
    (path) => /\.stable\.json$/.test(path) && textOf(store, path).includes('"serial": 2'),
  ) ?? "";

function putRoot(
  store: Bucket,
  change: (signed: Record<string, unknown>) => void,
  signers: readonly Ed25519Signer[],
  version = 2,
): void {
  const { signed } = JSON.parse(textOf(store, "tuf/1.root.json")) as Json;
  const { _type, spec_version, version: _version, expires: _expires, ...part } = signed;
  change(part);
  put("tuf/2.root.json", signedText("root", part, { version, expires }, signers))(store);
}

type Row = readonly [name: string, damage: (store: Bucket) => void, says: string, code?: ErrorCode];

const noMetadata = (path: string) => `channel stable of runtime: ${path} is no signed metadata of its kind`;
const unsigned = (path: string) => `channel stable of runtime: ${path} is not signed by the keys that this root trusts`;
const otherFile = (path: string) => `channel stable of runtime: ${path} is not the file that was signed`;
const tooLarge = (path: string) => `channel stable of runtime: ${path} is larger than it may be`;
const isNot = "channels/runtime/stable.json is not a valid channel entry";

// biome-ignore format: a table, one row for each damage
const rows: readonly Row[] = [
  // The timestamp: read first, and named by nobody
  ["no timestamp", remove(timestamp), "channel stable of runtime: nothing is in force there, for tuf/timestamp.json is missing"],
  ["empty timestamp", put(timestamp, ""), noMetadata(timestamp)],
  ["timestamp that is no JSON", put(timestamp, "\u001b[2J{"), noMetadata(timestamp)],
  ["timestamp that is null", put(timestamp, "null"), noMetadata(timestamp)],
  ["timestamp that is a list", put(timestamp, "[]"), noMetadata(timestamp)],
  ["timestamp of lists in lists", put(timestamp, "[".repeat(100_000)), tooLarge(timestamp)],
  ["timestamp without end", put(timestamp, " ".repeat(6_000_000)), tooLarge(timestamp)],
  ["timestamp without signatures", editJson(timestamp, (json) => { json.signatures = []; }), unsigned(timestamp)],
  ["timestamp with a flipped signature", edit(timestamp, (text) => text.replace(/"sig": "../, '"sig": "00')), unsigned(timestamp)],
  ["timestamp with signatures that are a text", editJson(timestamp, (json) => void Object.assign(json, { signatures: "x" })), noMetadata(timestamp)],
  ["timestamp of an unknown key", (store) => putTimestamp(store, textOf(store, snapshot), 3, { signer: stranger }), unsigned(timestamp)],
  ["timestamp under another key's id", edit(timestamp, (text) => text.replaceAll(mover.public.keyid, other.public.keyid)), unsigned(timestamp)],
  ["timestamp under an id that is none", edit(timestamp, (text) => text.replaceAll(mover.public.keyid, "../../x")), unsigned(timestamp)],
  ["timestamp that was edited", inSigned(timestamp, "version", 99), unsigned(timestamp)],
  ["timestamp of version -1", inSigned(timestamp, "version", -1), unsigned(timestamp)],
  ["timestamp with a version that is a text", inSigned(timestamp, "version", "3"), noMetadata(timestamp)],
  ["timestamp of another kind", inSigned(timestamp, "_type", "snapshot"), noMetadata(timestamp)],
  ["timestamp of another specification", inSigned(timestamp, "spec_version", "9.0.0"), noMetadata(timestamp)],
  ["timestamp that ends yesterday", inSigned(timestamp, "expires", "yesterday"), noMetadata(timestamp)],
  ["timestamp that names nothing", inSigned(timestamp, "meta", {}), noMetadata(timestamp)],
  ["expired timestamp", (store) => putTimestamp(store, textOf(store, snapshot), 3, { expires: past }), "channel stable of runtime: its signed metadata is expired: timestamp"],
  ["replayed timestamp", (store) => putTimestamp(store, textOf(store, snapshot), 3, { version: 1 }), "tuf/timestamp.json is older than what was seen before"],
  // Snapshot, targets and role: each named by length and digest
  ["no snapshot", remove(snapshot), "channel stable of runtime: tuf/3.snapshot.json is missing"],
  ["another snapshot in its place", (store) => put(snapshot, textOf(store, "tuf/2.snapshot.json"))(store), otherFile(snapshot)],
  ["snapshot with one other letter", edit(snapshot, (text) => text.replace(/"version": 2/, '"version": 1')), otherFile(snapshot)],
  ["snapshot without end", edit(snapshot, (text) => text + " ".repeat(9000)), tooLarge(snapshot)],
  ["snapshot of an unknown key", (store) => putSnapshot(store, {}, { signer: stranger }), unsigned("tuf/4.snapshot.json")],
  ["expired snapshot", (store) => putSnapshot(store, {}, { expires: past }), "channel stable of runtime: its signed metadata is expired: snapshot"],
  ["snapshot that goes back", (store) => putTimestamp(store, textOf(store, "tuf/1.snapshot.json"), 1), "tuf/timestamp.json is older than what was seen before"],
  ["snapshot that takes the channel back", (store) => putSnapshot(store, { "runtime-stable.json": metaOf(textOf(store, "tuf/1.runtime-stable.json"), 1) }), "tuf/4.snapshot.json is older than what was seen before"],
  ["snapshot that forgets the channel", (store) => putSnapshot(store, { "runtime-stable.json": undefined }), "tuf/4.snapshot.json forgets what was seen before"],
  ["snapshot with another version inside", (store) => putTimestamp(store, textOf(store, snapshot), 5), "channel stable of runtime: tuf/5.snapshot.json is missing"],
  ["snapshot that names a role that is not there", (store) => putSnapshot(store, { "runtime-stable.json": metaOf("", 7) }), "channel stable of runtime: tuf/7.runtime-stable.json is missing"],
  ["no targets", remove(targets), "channel stable of runtime: tuf/1.targets.json is missing"],
  ["targets with one other letter", edit(targets, (text) => text.replace("ed25519", "ed25518")), otherFile(targets)],
  ["targets of an unknown key", (store) => {
    const text = signedText("targets", { targets: {} }, { version: 2, expires }, [stranger]);
    put("tuf/2.targets.json", text)(store);
    putSnapshot(store, { "targets.json": metaOf(text, 2) });
  }, unsigned("tuf/2.targets.json")],
  ["no role", remove(role), "channel stable of runtime: tuf/2.runtime-stable.json is missing"],
  ["role with one other letter", edit(role, (text) => text.replace("2036", "2037")), otherFile(role)],
  ["role of another channel in its place", (store) => put(role, textOf(store, "tuf/1.runtime-candidate.json"))(store), tooLarge(role)],
  ["role of another channel's key", (store) => putRole(store, {}, { signer: other }), unsigned("tuf/3.runtime-stable.json")],
  ["role of an unknown key", (store) => putRole(store, {}, { signer: stranger }), unsigned("tuf/3.runtime-stable.json")],
  ["role with another version inside", (store) => putRole(store, {}, { version: 8 }), "channel stable of runtime: tuf/3.runtime-stable.json has another version inside"],
  ["expired role", (store) => putRole(store, {}, { expires: past }), "channel stable of runtime: its signed metadata is expired: runtime-stable"],
  ["role that names nothing", (store) => putRole(store, {}), "The bucket has no channel stable of runtime."],
  ["role for another channel's path", (store) => putRole(store, { [channelPath("runtime", "candidate")]: metaOf("{}", 1) }), "The bucket has no channel stable of runtime."],
  // The root
  ["root that is garbage", put("tuf/2.root.json", "garbage"), noMetadata("tuf/2.root.json")],
  ["root of a stranger", (store) => putRoot(store, () => {}, [stranger]), unsigned("tuf/2.root.json")],
  ["root with another version inside", (store) => putRoot(store, () => {}, [sampleSigner(1)], 7), "channel stable of runtime: tuf/2.root.json has another version inside"],
  ["root that wants more signatures than it has", (store) => putRoot(store, (part) => {
    const roles = part["roles"] as { root: { keyids: string[]; threshold: number } };
    part["keys"] = { ...(part["keys"] as object), [stranger.public.keyid]: { keytype: "ed25519", scheme: "ed25519", keyval: { public: stranger.public.publicKey } } };
    part["roles"] = { ...roles, root: { keyids: [...roles.root.keyids, stranger.public.keyid], threshold: 2 } };
  }, [sampleSigner(1)]), unsigned("tuf/2.root.json")],
  // The entry
  ["no entry", (store) => remove(entryIn(store))(store), ".stable.json is missing"],
  ["entry with one other letter", (store) => edit(entryIn(store), (text) => text.replace("1.1.0", "6.6.6"))(store), ".stable.json is not the file that was signed"],
  ["entry without end", (store) => edit(entryIn(store), (text) => text + " ".repeat(9000))(store), ".stable.json is larger than it may be"],
  ["signed entry that is no JSON", (store) => putEntry(store, "\u001b[2J"), `${isNot}: it is not JSON`],
  ["signed entry in another form", (store) => putEntry(store, JSON.stringify(JSON.parse(textOf(store, entryIn(store))))), `${isNot}: it is not in canonical form`],
  ["signed entry with a doubled key", (store) => putEntry(store, textOf(store, entryIn(store)).replace('"schema": 2', '"schema": 2,\n  "schema": 2')), `${isNot}: it is not in canonical form`],
  ["signed entry of newer code", (store) => putEntry(store, textOf(store, entryIn(store)).replace('"schema": 2', '"schema": 3')), "channels/runtime/stable.json was written by a newer Slipway", "SLW-STATE-NEWER"],
  ["signed entry of another product", (store) => putEntry(store, textOf(store, entryIn(store)).replaceAll('runtime', 'other')), "channels/runtime/stable.json is the entry of channel stable of other at serial 2; its role is channel stable of runtime at serial 3."],
  ["signed entry of another channel", (store) => putEntry(store, textOf(store, entryIn(store)).replace('"channel": "stable"', '"channel": "candidate"')), "is the entry of channel candidate of runtime at serial 2; its role is channel stable of runtime at serial 3."],
  ["signed entry of an earlier serial", (store) => putEntry(store, textOf(store, entryIn(store))), "is the entry of channel stable of runtime at serial 2; its role is channel stable of runtime at serial 3."],
];

for (const [name, damage, says, code = "SLW-CHANNEL"] of rows) {
  test(`refused, and nothing is kept: ${name}`, async (t) => {
    const store = await bucketInForce();
    const root = textOf(store, "tuf/1.root.json");
    const cache = await mkdtemp(join(tmpdir(), "slipway-metadata-"));
    t.after(() => rm(cache, { recursive: true }));
    const open = () => openChannel(store, root, "runtime", "stable", cache);
    // A client that was here before needs less of the bucket, and knows what it saw.
    if (says.includes("seen before")) assert.equal((await open()).serial, 2);
    damage(store);
    const damaged = new Map(store.objects);
    await assert.rejects(open(), (error) => {
      assertRefusal(error, code, says);
      return true;
    });
    assert.deepEqual(store.objects, damaged, "a reader wrote to the bucket");
    const refused = damaged.get(/tuf\/\S+?\.json/.exec(says)?.[0] ?? "")?.toString();
    if (refused !== undefined) assert.ok(!(await textsIn(cache)).includes(refused), "what was refused is remembered");
  });
}

holdsRows("channel metadata", 58, rows);

test("a role that names an entry of an earlier serial does not say where the channel is", async () => {
  const store = await bucketInForce();
  const text = textOf(store, entryIn(store));
  putEntry(store, text);
  const view = await readChannel(store, "runtime", "stable");
  assert.deepEqual([view.serial, view.intact, view.recovered], [3, false, true]);
  assert.ok(view.damaged.includes(entryIn(store)), view.damaged.join());
});

test("a root that is none is refused before anything is read", async (t) => {
  const store = await bucketInForce();
  const cache = await mkdtemp(join(tmpdir(), "slipway-metadata-"));
  t.after(() => rm(cache, { recursive: true }));
  for (const text of ["", "{", "null", "[]", '{"signed": {}}', textOf(store, targets)]) {
    await assert.rejects(openChannel(store, text, "runtime", "stable", cache), (error) => {
      assertRefusal(error, "SLW-CHANNEL", "channel stable of runtime: the root that is trusted is no TUF root.");
      return true;
    });
  }
});

async function textsIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return Promise.all(files.map((file) => readFile(file, "utf8")));
}
