import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, sampleSigner } from "../channels/__fixtures__/bucket.ts";
import { mover, newBucket, other } from "../channels/__fixtures__/runtime-channels.ts";
import { SlipwayError } from "../errors.ts";
import { parseSettings, type Settings } from "../settings.ts";
import type { Ed25519Signer } from "../signing/signer.ts";
import { requireDelegated } from "./require-delegated.ts";

function movedBy({ public: { publicKey } }: Ed25519Signer): Settings {
  const channel = { public: publicKey, source: { env: "K" } };
  return parseSettings({ stage: "dev", bucket: "downloads", keys: { channel } }, { name: "stacks/Pulumi.dev.yaml" });
}

async function sentences(wanted: Promise<void>): Promise<readonly string[]> {
  try {
    await wanted;
    return [];
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    return error.mistakes.map(({ code, message, setting }) => `${code} ${setting?.join(".") ?? "-"} ${message}`);
  }
}

test("the key that the bucket's targets delegate a channel to may move it", async () => {
  const store = await newBucket();
  await requireDelegated(store, ["runtime"], "stable", movedBy(mover));
  await requireDelegated(store, ["runtime"], "candidate", movedBy(other));
});

test("another channel's key, an unknown one, and products and channels that nobody delegated are named, all at once", async () => {
  const store = await newBucket();
  const id = ({ public: { keyid } }: Ed25519Signer) => keyid.slice(0, 12);
  const lacks = (product: string, channel: string, by: Ed25519Signer) =>
    `SLW-CHANNEL keys.channel.public channel ${channel} of ${product} is not delegated to the key ${id(by)} of slipway:keys.channel`;
  assert.deepEqual(await sentences(requireDelegated(store, ["runtime"], "stable", movedBy(other))), [
    lacks("runtime", "stable", other),
  ]);
  const stranger = sampleSigner(99);
  assert.deepEqual(await sentences(requireDelegated(store, ["runtime", "agent"], "stable", movedBy(stranger))), [
    lacks("runtime", "stable", stranger),
    lacks("agent", "stable", stranger),
  ]);
  assert.deepEqual(await sentences(requireDelegated(store, ["runtime", "agent"], "stable", movedBy(mover))), [
    lacks("agent", "stable", mover),
  ]);
  assert.deepEqual(await sentences(requireDelegated(store, ["runtime"], "beta", movedBy(mover))), [
    lacks("runtime", "beta", mover),
  ]);
});

test("a bucket without trust, or with trust that does not verify, delegates nothing", async () => {
  const none = ["SLW-CHANNEL - the bucket downloads has no TUF root and targets that verify"];
  assert.deepEqual(await sentences(requireDelegated(memoryStore(), ["runtime"], "stable", movedBy(mover))), none);
  for (const path of ["tuf/1.root.json", "tuf/1.targets.json"]) {
    const store = await newBucket();
    const text = store.objects.get(path)?.toString() ?? "";
    store.objects.set(path, Buffer.from(text.replace(/"sig": "../, '"sig": "00')));
    assert.deepEqual(await sentences(requireDelegated(store, ["runtime"], "stable", movedBy(mover))), none, path);
  }
});
