import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { memoryStore } from "../packaging/channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { ensureTrust } from "../packaging/channels/trust.ts";
import { sha256 } from "../packaging/digest.ts";
import { sideBySide } from "../packaging/side-by-side.ts";
import { ed25519Public, generateEd25519, openEd25519 } from "../packaging/signing/ed25519.ts";
import { makeCheckout } from "../tests/engine/checkout.ts";
import { manifestOf, writeProduct } from "../tests/engine/product.ts";
import type { Ending } from "../tests/engine/scratch.ts";
import { devStack, succeeded } from "../tests/engine/stack.ts";
import { faultProxy } from "../tests/s3/fault-proxy.ts";
import { anyCredentials, type S3StandIn, s3StandIn } from "../tests/s3/s3-stand-in.ts";
import { type Contender, measureInTurns } from "./measure.ts";
import { epoch, expires, pointChannel, writeRelease } from "./published-release.ts";
import { pulumi } from "./pulumi.ts";
import { type Group, ours, second } from "./results.ts";

const [bucket, product, channel] = ["downloads", "alpha", "dev"];
/** As many versions as a channel keeps beside its current one, unless the settings say otherwise. */
const kept = 2;
/** Indices that each publication of a suite leaves under their own digests. */
const indicesLeft = 6;

/**
 * Measures on the real engine what one more version costs in a bucket of S3 that has so many, beside what the second one cost
 * in a bucket that had one; requests are counted between the program and a stand-in of S3.
 */
export async function benchS3(published: number, rounds: number, scratch: string): Promise<Group> {
  const ends: (() => unknown)[] = [];
  const owner: Ending = { after: (end) => void ends.push(end as () => unknown), diagnostic: console.log };
  try {
    console.log(`bucket of S3, ${published} published`);
    const contenders = [await publishing(owner, ours, published), await publishing(owner, second, 1)];
    const rows = await measureInTurns(contenders, rounds, scratch);
    return { kind: "s3", title: "the next version", size: published, rows: [...rows] };
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** A stack whose bucket has so many versions, the last of them by a real update; each run publishes one more. */
async function publishing(owner: Ending, program: string, published: number): Promise<Contender> {
  const server = await s3StandIn(owner, bucket, { accounts: false });
  const proxy = await faultProxy(owner, server.url);
  const checkout = await makeCheckout(owner);
  const keys = join(checkout.folder, "keys");
  await mkdir(keys);
  const roleKey = async (name: string) => {
    const { public: half, secret } = generateEd25519();
    await writeFile(join(keys, name), secret, { mode: 0o600 });
    return { public: half.publicKey, source: { file: `keys/${name}` } };
  };
  const [root, mover] = [await roleKey("root.key"), await roleKey("channel.key")];
  const signer = (key: typeof root) =>
    openEd25519(ed25519Public(key.public), { kind: "file", path: join(checkout.folder, key.source.file) });
  await serveInPast(server, checkout.scratch, published - 1, await signer(root), await signer(mover));
  const stack = devStack(checkout, { environment: anyCredentials });
  await stack.configure({
    ...{ archive: "team", manifests: [manifestOf(product)], keys: { root, channel: mover } },
    ...{ bucket: `s3://${bucket}?endpoint=${proxy.url}`, url: `${server.url}/${bucket}/` },
  });
  let next = 0;
  const writeNext = () =>
    writeProduct(checkout.folder, { id: product, version: `1.${next++}.0`, targets: ["linux-x86_64"] });
  await writeNext();
  succeeded(await stack.up("--skip-preview"));
  const update = pulumi(checkout, "dev", "up", "--yes", "--skip-preview", "--suppress-outputs");
  return {
    program,
    steps: [{ ...update, environment: { ...update.environment, ...anyCredentials } }],
    prepare: async () => {
      await writeNext();
      proxy.forget();
    },
    requests: async () => proxy.seen.length,
  };
}

type Signer = Awaited<ReturnType<typeof openEd25519>>;

/** Moves the channel through versions below the first real one, without the updates that would have led there. */
async function serveInPast(
  server: S3StandIn,
  scratch: string,
  count: number,
  root: Signer,
  mover: Signer,
): Promise<void> {
  if (count === 0) return;
  const memory = memoryStore();
  const movers = [{ product, channel, key: mover.public }];
  await ensureTrust(memory, { root, targets: root, movers, moverSigner: mover, expires, now: epoch });
  const past = join(scratch, "past");
  const records: ChannelRecord[] = [];
  for (let at = 0; at < count; at++) {
    records.unshift(await writeRelease(past, product, `0.${at}.0`, ["linux-x86_64"]));
    await pointChannel(memory, { product, channel }, records.slice(0, kept + 1), mover);
    for (let index = 0; index < indicesLeft; index++) {
      const text = Buffer.from(`index ${index} of version ${at}\n`);
      memory.objects.set(`dists/${channel}/main/binary-amd64/by-hash/SHA256/${sha256(text)}`, text);
    }
  }
  const files = (await readdir(past, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    const file = join(parentPath, name);
    memory.objects.set(relative(past, file).split(sep).join("/"), await readFile(file));
  }
  await sideBySide([...memory.objects], 16, ([path, bytes]) => server.tamper(bucket, path, Uint8Array.from(bytes)));
}
