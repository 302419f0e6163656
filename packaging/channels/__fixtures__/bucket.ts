import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { byBytes } from "../../byte-order.ts";
import { sha256 } from "../../digest.ts";
import { refusal } from "../../errors.ts";
import { ed25519Public } from "../../signing/ed25519.ts";
import type { Ed25519Signer } from "../../signing/signer.ts";
import type { ObjectBytes, Store } from "../../store/store.ts";
import type { ChannelContent, ChannelRecord } from "../entry.ts";
import type { Move } from "../move.ts";
import { planMove, readChannel } from "../read.ts";

/** Objects in memory; each call ends in a later turn of the event loop, so that movers interleave. */
export function memoryStore(
  objects: Map<string, Buffer> = new Map(),
): Store & { readonly objects: Map<string, Buffer> } {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const own = (bytes: ObjectBytes): Buffer => {
    if (!(bytes instanceof Uint8Array)) throw new Error("only small objects here");
    return Buffer.from(bytes);
  };
  return {
    objects,
    list: async (prefix) => {
      await turn();
      const paths = [...objects.keys()].filter((path) => path.startsWith(prefix)).sort(byBytes);
      return paths.map((path) => ({ path, size: objects.get(path)?.length ?? 0 }));
    },
    stat: async (path) => {
      await turn();
      const found = objects.get(path);
      return found && { path, size: found.length };
    },
    digest: async (path) => {
      await turn();
      const found = objects.get(path);
      return found && sha256(found);
    },
    keptDigest: async (path) => {
      const found = objects.get(path);
      return found && sha256(found);
    },
    read: async (path, limit) => {
      await turn();
      const found = objects.get(path);
      if (found !== undefined && found.length > limit) throw refusal("SLW-STORE", `${path} is too large.`);
      return found && new Uint8Array(found);
    },
    download: async () => {
      throw new Error("not part of these tests");
    },
    create: async (path, bytes) => {
      await turn();
      const found = objects.get(path);
      if (found?.equals(own(bytes))) return "equal";
      if (found !== undefined) throw refusal("SLW-STORE-CONFLICT", `${path} is there with other bytes.`);
      objects.set(path, own(bytes));
      return "created";
    },
    replace: async (path, bytes, expected) => {
      await turn();
      const found = objects.get(path);
      if ((found && sha256(found)) !== expected) return false;
      objects.set(path, own(bytes));
      return true;
    },
  };
}

/** A store that dies instead of making write number `writes` (from 0), and all later ones. */
export function dyingStore(store: Store, writes: number): Store {
  let left = writes;
  const spend = (): void => {
    if (left-- <= 0) throw new Error("killed");
  };
  return {
    list: (prefix) => store.list(prefix),
    stat: (path) => store.stat(path),
    digest: (path) => store.digest(path),
    keptDigest: (path) => store.keptDigest(path),
    read: (path, limit) => store.read(path, limit),
    download: (path, file) => store.download(path, file),
    create: async (path, bytes) => {
      spend();
      return store.create(path, bytes);
    },
    replace: async (path, bytes, expected) => {
      spend();
      return store.replace(path, bytes, expected);
    },
  };
}

/** A key that is the same in every run: its seed is one byte, 32 times. */
export function sampleSigner(seed: number): Ed25519Signer {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const point = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(12).toString("hex");
  return { public: ed25519Public(point), sign: (bytes) => sign(null, bytes, key) };
}

export const now = Date.parse("2026-11-22T10:00:00Z") / 1000;
export const expires = "2036-11-22T10:00:00Z";

export function sampleRecord(version: string, product = "runtime"): ChannelRecord {
  const path = `releases/${product}/${version}/release.json`;
  return { version, folder: version, record: { path, size: 1000, sha256: sha256(path) } };
}

/** What a channel says that points at `versions[0]` and keeps the others. */
export function sampleContent(...versions: readonly [string, ...string[]]): ChannelContent {
  const [current, ...kept] = versions;
  return { current: sampleRecord(current), kept: kept.map((version) => sampleRecord(version)) };
}

/** The move that a program decides on when it looks at the bucket now. */
export async function plannedMove(
  store: Store,
  content: ChannelContent,
  signer: Ed25519Signer,
  more: Partial<Move> = {},
): Promise<Move> {
  const { product = "runtime", channel = "stable" } = more;
  const plan = planMove(await readChannel(store, product, channel), content, signer.public.keyid);
  const said = { by: "up by test", why: "a test", now, expires, signer };
  return { product, channel, ...content, ...plan, ...said, ...more };
}
