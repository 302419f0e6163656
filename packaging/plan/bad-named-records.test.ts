import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { assertRefusal, holdsRows } from "../__fixtures__/refused.ts";
import { BuildCache } from "../builds/cache.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import type { ErrorCode } from "../errors.ts";
import { builtRelease, debJob } from "../record/__fixtures__/release.ts";
import { directoryStore } from "../store/directory.ts";
import type { Store } from "../store/store.ts";
import { readOffers } from "./offers.ts";

const { text, inventories } = builtRelease();
const base = "releases/runtime/1.0.0";
const recordPath = `${base}/release.json`;
const inventoryPath = `${base}/inventory/${debJob.name}.json`;
const inventory = inventories.get(`inventory/${debJob.name}.json`) ?? "";

/** What lies in the bucket, and what the channel says of the record there. */
interface Case {
  objects: Record<string, string>;
  named: ChannelRecord["record"];
}

type Row = readonly [name: string, damage: (it: Case) => void, code: ErrorCode, path: string, says: string];

/** Another record in the place of the right one, with the channel's word for it. */
function publish(it: Case, record: string): void {
  it.objects[recordPath] = record;
  it.named = { path: recordPath, size: Buffer.byteLength(record), sha256: sha256(record) };
}

/** Another inventory of the package, with the record's word for it. */
function publishInventory(it: Case, other: string): void {
  it.objects[inventoryPath] = other;
  const record = JSON.parse(text) as { artifacts: { name: string; inventory: object }[] };
  const deb = record.artifacts.find(({ name }) => name === debJob.name);
  Object.assign(deb?.inventory ?? {}, { size: Buffer.byteLength(other), sha256: sha256(other) });
  publish(it, canonicalJson(record));
}

const changed = (was: string, becomes: string) => text.replace(was, becomes);

// biome-ignore format: a table, one row for each damage
const rows: readonly Row[] = [
  ["a record that is not there", (it) => delete it.objects[recordPath], "SLW-STORE-DAMAGED", recordPath, "is missing, and no bytes with the recorded SHA-256"],
  ["a record with one other letter", (it) => Object.assign(it.objects, { [recordPath]: changed("sandbox", "sundbox") }), "SLW-STORE-DAMAGED", recordPath, "is altered (SHA-256 "],
  ["a record that was cut", (it) => Object.assign(it.objects, { [recordPath]: text.slice(0, 100) }), "SLW-STORE-DAMAGED", recordPath, "is altered (SHA-256 "],
  ["an empty record", (it) => Object.assign(it.objects, { [recordPath]: "" }), "SLW-STORE-DAMAGED", recordPath, "is altered (SHA-256 "],
  ["a record of another size than is said", (it) => { it.named = { ...it.named, size: 7 }; }, "SLW-RECORD", recordPath, "is said to have 7 bytes, and has "],
  ["a record as large as no record", (it) => publish(it, `${text}${" ".repeat(5 << 20)}`), "SLW-RECORD", recordPath, " bytes; at most 4194304 are read."],
  ["a record that is no JSON", (it) => publish(it, "hello\n"), "SLW-RECORD", recordPath, "is not a valid release record: it is not JSON"],
  ["a record with an absolute path", (it) => publish(it, changed(`"name": "${debJob.name}"`, '"name": "/etc/x.deb"')), "SLW-RECORD", recordPath, "artifacts[1].name: expected a file name"],
  ["a record with a path that goes up", (it) => publish(it, changed(`"path": "inventory/${debJob.name}.json"`, '"path": "../../x.json"')), "SLW-RECORD", recordPath, "artifacts[1].inventory.path: expected inventory/"],
  ["a record of a newer program", (it) => publish(it, changed('"schema": 1', '"schema": 3')), "SLW-STATE-NEWER", recordPath, "was written by a newer Slipway"],
  ["the record of another product", (it) => publish(it, changed('"product": "runtime"', '"product": "other"')), "SLW-RECORD", recordPath, "is the record of other 1.0.0; that of runtime 1.0.0 belongs there."],
  ["the record of another version", (it) => publish(it, changed('"version": "1.0.0"', '"version": "6.6.6"')), "SLW-RECORD", recordPath, "is the record of runtime 6.6.6; that of runtime 1.0.0 belongs there."],
  ["an inventory that is not there", (it) => delete it.objects[inventoryPath], "SLW-STORE-DAMAGED", inventoryPath, "is missing, and no bytes with the recorded SHA-256"],
  ["an inventory with one other letter", (it) => Object.assign(it.objects, { [inventoryPath]: inventory.replace("usr", "USR") }), "SLW-STORE-DAMAGED", inventoryPath, "is altered (SHA-256 "],
  ["an inventory that is no JSON", (it) => publishInventory(it, "hello\n"), "SLW-RECORD", inventoryPath, "is not a valid inventory: it is not JSON"],
  ["an inventory whose paths go up", (it) => publishInventory(it, inventory.replace('"path": "etc/', '"path": "../')), "SLW-RECORD", inventoryPath, "entries[0].path: expected a relative path"],
  ["the inventory of another artifact", (it) => publishInventory(it, inventory.replace(debJob.name, "other.deb")), "SLW-RECORD", inventoryPath, `is the inventory of other.deb; that of ${debJob.name} belongs there.`],
];

for (const [name, damage, code, path, says] of rows) {
  test(`refused where a channel names it, and nothing is written: ${name}`, async (t) => {
    const it: Case = {
      objects: { [recordPath]: text, [inventoryPath]: inventory },
      named: { path: recordPath, size: Buffer.byteLength(text), sha256: sha256(text) },
    };
    damage(it);
    const { folder, store } = await bucketOf(t, it.objects);
    const before = await filesIn(folder);
    const cacheFolder = join(folder, "cache");
    const at = { store, cache: new BuildCache(cacheFolder, assert.fail), cacheFolder };
    await assert.rejects(
      readOffers(at, [{ product: "runtime", named: [{ version: "1.0.0", folder: "1.0.0", record: it.named }] }]),
      (error) => {
        const { message } = assertRefusal(error, code, says);
        assert.ok(message.startsWith(`${path} `), message);
        return true;
      },
    );
    assert.deepEqual(await filesIn(folder), before);
  });
}

holdsRows("records that a channel names", 15, rows);

async function bucketOf(
  t: TestContext,
  objects: Readonly<Record<string, string>>,
): Promise<{ folder: string; store: Store }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-named-"));
  t.after(() => rm(folder, { recursive: true }));
  const store = directoryStore(join(folder, "bucket"));
  for (const [path, content] of Object.entries(objects)) await store.create(path, Buffer.from(content));
  return { folder, store };
}

/** Every file below a folder with its bytes. */
async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const)),
  );
}
