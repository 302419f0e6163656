import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryStore } from "../packaging/channels/__fixtures__/bucket.ts";
import type { ChannelRecord } from "../packaging/channels/entry.ts";
import { ed25519Public, openEd25519 } from "../packaging/signing/ed25519.ts";
import type { Ending } from "../tests/engine/scratch.ts";
import { succeeded } from "../tests/engine/stack.ts";
import { type Staged, stagedProduct, stagedStacks } from "../tests/engine/staged.ts";
import { writeLargeProduct } from "./large-product.ts";
import { type Contender, measureInTurns } from "./measure.ts";
import { pointChannel, putObject, writeRelease } from "./published-release.ts";
import { pulumi } from "./pulumi.ts";
import { everyByte, type Group, idle, type Measured, ours } from "./results.ts";

/** What is promoted. */
export interface PromotionSize {
  /** Versions that both channels have served before. */
  readonly published: number;
  /** Payload of the version in megabytes (10^6 bytes); 0: a few kilobytes. */
  readonly megabytes: number;
}

/** As many versions as a channel keeps beside its current one, unless the settings say otherwise. */
const kept = 3;
const [served, next] = ["1.0.0", "1.1.0"] as const;

/**
 * Measures a release stack on the real engine: the promotion of one more version, the way back, and an update with nothing
 * to do; where there is a payload, also a promotion that reads every byte of it.
 */
export async function benchPromotion(size: PromotionSize, rounds: number, scratch: string): Promise<readonly Group[]> {
  const ends: (() => unknown)[] = [];
  const owner: Ending = { after: (end) => void ends.push(end as () => unknown), diagnostic: console.log };
  try {
    console.log(`promotion, ${size.published} published, ${size.megabytes} MB`);
    const contenders = contendersOf(await promotable(owner, size), size);
    const rows = await measureInTurns(contenders, rounds, scratch);
    const peer = rows.filter(({ program }) => program === idle);
    const group = (row: Measured): Group => ({
      ...{ kind: "promotion", title: row.program, size: size.published },
      rows: [{ ...row, program: ours }, ...peer],
    });
    return rows.filter(({ program }) => program !== idle).map(group);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Both channels have served so many versions, the last of them by real updates, and the candidate offers one more. */
async function promotable(owner: Ending, { published, megabytes }: PromotionSize): Promise<Staged> {
  const staged = await stagedStacks(owner);
  const { checkout, candidate, release, promote, decide } = staged;
  await serveInPast(staged, published - 1);
  const publish = async (version: string) => {
    await writeLargeProduct(checkout, { id: stagedProduct, version, megabytes });
    succeeded(await candidate.up("--skip-preview"));
    await decide(version);
  };
  await publish(served);
  await promote(served);
  succeeded(await release.up("--skip-preview"));
  await publish(next);
  return staged;
}

/**
 * Moves both channels through versions below the first real one, without the updates that would have led there. The moves
 * are made in memory: a folder with thousands of files is slow to list, and each move lists it.
 */
async function serveInPast({ checkout: { bucket, folder }, movers }: Staged, count: number): Promise<void> {
  const records: ChannelRecord[] = [];
  for (let at = 0; at < count; at++) {
    records.push(await writeRelease(bucket, stagedProduct, `0.${at}.0`, ["linux-x86_64"]));
  }
  const memory = memoryStore();
  for (const path of await readdir(join(bucket, "tuf"))) {
    memory.objects.set(`tuf/${path}`, await readFile(join(bucket, "tuf", path)));
  }
  for (const channel of ["candidate", "stable"] as const) {
    const { public: half, source } = movers[channel];
    const signer = await openEd25519(ed25519Public(half), { kind: "file", path: join(folder, source.file) });
    for (let at = 0; at < count; at++) {
      const named = records.slice(Math.max(0, at - kept), at + 1).toReversed();
      await pointChannel(memory, { product: stagedProduct, channel }, named, signer);
    }
  }
  for (const [path, bytes] of memory.objects) await putObject(bucket, path, bytes);
}

function contendersOf({ checkout, release, promote }: Staged, { megabytes }: PromotionSize): readonly Contender[] {
  const steps = [pulumi(checkout, "release", "up", "--yes", "--strict", "--suppress-outputs")];
  let standing: string = served;
  /** An update from one version to another; it is brought to the first one unmeasured. */
  const move = (program: string, from: string, to: string, settings: Readonly<Record<string, unknown>> = {}) => ({
    ...{ program, steps },
    prepare: async () => {
      await promote(from);
      if (standing !== from) succeeded(await release.up());
      await promote(to, settings);
      standing = to;
    },
  });
  const payload = megabytes === 0 ? "" : `, ${megabytes} MB of payload`;
  const quick = [
    move(`promotion${payload}`, served, next),
    move(idle, next, next),
    move(`way back${payload}`, next, served),
  ];
  if (megabytes === 0) return quick;
  return [...quick, move(`promotion${payload}, ${everyByte}`, served, next, { verify: "deep" })];
}
