import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertGolden } from "../__fixtures__/golden.ts";
import { memoryStore } from "../channels/__fixtures__/bucket.ts";
import { recordText } from "../record/record.ts";
import type { Store } from "../store/store.ts";
import { newer, objectsOf, older } from "./__fixtures__/releases.ts";
import { compare, type Difference } from "./difference.ts";
import { differenceJson } from "./json.ts";
import { differenceMarkdown } from "./markdown.ts";
import { publishedSide } from "./published-side.ts";
import { differenceText } from "./text.ts";

const objects = new Map([...objectsOf(older), ...objectsOf(newer)]);
const bucket = (...others: readonly (readonly [path: string, bytes: Buffer])[]) =>
  memoryStore(new Map([...[...objects].map(([path, bytes]) => [path, Buffer.from(bytes)] as const), ...others]));
const sideOf = (store: Store, folder: string) => publishedSide(store, { product: "runtime", folder });

async function difference(from: string, to: string): Promise<Difference> {
  const store = bucket();
  return compare(await sideOf(store, from), await sideOf(store, to));
}

describe("the difference between two releases", () => {
  it("is told as text, Markdown and JSON", async () => {
    const found = await difference("1.4.0", "1.4.1");
    assertGolden(import.meta.url, "releases.txt", differenceText(found));
    assertGolden(import.meta.url, "releases.md", differenceMarkdown(found));
    assertGolden(import.meta.url, "releases.json", differenceJson(found));
  });

  it("is nothing between a release and itself", async () => {
    const same = await difference("1.4.0", "1.4.0");
    assert.equal(same.same, true);
    assert.ok(same.artifacts.every(({ change, entries }) => change === "same" && entries.length === 0));
    assert.equal(differenceText(same), "runtime 1.4.0 → 1.4.0   same bytes\n");
    assert.equal(differenceMarkdown(same), "### `runtime 1.4.0 → 1.4.0`\n\nSame bytes.\n");
  });

  it("turned round has the same artifacts, what came for what went", async () => {
    const [there, back] = [await difference("1.4.0", "1.4.1"), await difference("1.4.1", "1.4.0")];
    assert.deepEqual(back.size, { from: there.size.to, to: there.size.from });
    for (const [at, artifact] of there.artifacts.entries()) {
      assert.deepEqual([back.artifacts[at]?.from, back.artifacts[at]?.to], [artifact.to, artifact.from]);
      assert.equal(back.artifacts[at]?.entries.length, artifact.entries.length);
    }
  });

  it("names a budget that came, changed or went", async () => {
    const text = recordText({ ...older.record, budget: { growth: 5 } });
    const path = "releases/runtime/1.4.0/release.json";
    const without = await sideOf(bucket(), "1.4.0");
    const withBudget = await sideOf(bucket([path, Buffer.from(text)]), "1.4.0");
    assert.deepEqual(compare(without, withBudget).facts, [{ name: "budget", to: "growth 5 %" }]);
    assert.deepEqual(compare(withBudget, without).facts, [{ name: "budget", from: "growth 5 %" }]);
  });

  it("reads records and inventories only", async () => {
    const read: string[] = [];
    const store = bucket();
    const watched: Store = {
      ...store,
      read: (path, limit) => {
        read.push(path);
        return store.read(path, limit);
      },
    };
    await sideOf(watched, "1.4.0");
    assert.equal(read.length, 1 + older.record.artifacts.length);
    assert.ok(
      read.every((path) => path.endsWith(".json")),
      read.join(),
    );
  });

  it("names an artifact that is new and one that is gone", async () => {
    const side = await sideOf(bucket(), "1.4.0");
    const [first, ...others] = side.artifacts;
    assert.ok(first);
    const less = { ...side, artifacts: others };
    assert.match(differenceText(compare(less, side)), /1 is new, 2 stay byte for byte\n(?:.*\n)*.*new, 3\.6 MB/);
    assert.match(differenceText(compare(side, less)), /1 is gone, 2 stay byte for byte\n(?:.*\n)*.*gone, 3\.6 MB/);
  });

  it("of bytes alone says so", async () => {
    const side = await sideOf(bucket(), "1.4.0");
    const other = { ...side, artifacts: side.artifacts.map((artifact) => ({ ...artifact, sha256: "0".repeat(64) })) };
    assert.match(differenceText(compare(side, other)), /\n +other bytes around the same content\n/);
  });

  it("is not told from a record or inventory that is missing or altered", async () => {
    for (const path of [...objects.keys()].filter((it) => it.includes("/1.4.0/inventory/"))) {
      const altered = bucket();
      altered.objects.set(path, Buffer.from(`${altered.objects.get(path)} `));
      await assert.rejects(sideOf(altered, "1.4.0"), { code: "SLW-STORE-DAMAGED", message: /is not the one/ });
      altered.objects.delete(path);
      await assert.rejects(sideOf(altered, "1.4.0"), { code: "SLW-STORE-DAMAGED", message: /is missing/ });
    }
    const record = { product: "runtime", folder: "1.4.0", record: "0".repeat(64) };
    await assert.rejects(publishedSide(bucket(), record), { code: "SLW-STORE-DAMAGED" });
  });
});
