import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lockedNode } from "../packaging/locked-node.ts";
import { run } from "../packaging/process.ts";
import { publishedBucket } from "./published-bucket.ts";

/** One way to make an index once: seconds on the clock, and of all processors together. */
export interface IndexRun {
  readonly seconds: number;
  readonly processorSeconds: number;
}

export interface SuiteRun extends IndexRun {
  /** With the start of Node and of the program's modules. */
  readonly wholeSeconds: number;
  readonly wholeProcessorSeconds: number;
  readonly peakMegabytes: number;
}

export interface AptIndexResult {
  readonly packages: number;
  /** Ours with nothing remembered: the cache was lost. */
  readonly cold: SuiteRun;
  /** One more release was published; indices written, compressed, hashed and signed. One run each round. */
  readonly oneMore: readonly SuiteRun[];
  /** apt-ftparchive's uncompressed Packages of the same files, with its cache; empty where it is not installed. */
  readonly ftparchive: readonly IndexRun[];
}

/**
 * Measures one more release in a suite of `packages` published packages against apt-ftparchive, side by side in each of
 * `rounds`. Everything is made and removed in the temporary folder.
 */
export async function measureAptIndex(packages: number, rounds: number): Promise<AptIndexResult> {
  const scratch = await mkdtemp(join(tmpdir(), "slipway-bench-index-"));
  try {
    const bucket = await publishedBucket(join(scratch, "bucket"), packages);
    const cache = join(scratch, "cache");
    const cold = await writeSuite(bucket.folder, cache);
    const archiver = await ftparchive(bucket.folder, scratch);
    const oneMore: SuiteRun[] = [];
    const peers: IndexRun[] = [];
    for (let round = 0; round < rounds; round++) {
      await bucket.publishOneMore();
      oneMore.push(await writeSuite(bucket.folder, cache));
      if (archiver !== undefined) peers.push(await archiver());
    }
    return { packages: bucket.packages, cold, oneMore, ftparchive: peers };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function writeSuite(bucket: string, cache: string): Promise<SuiteRun> {
  const script = fileURLToPath(new URL("./write-suite.ts", import.meta.url));
  const { stdout } = await run({ file: lockedNode().file, args: [script, bucket, cache] });
  return JSON.parse(stdout) as SuiteRun;
}

/** Runs of apt-ftparchive over the bucket, whose cache the first, unmeasured one has filled; undefined without it. */
async function ftparchive(bucket: string, scratch: string): Promise<(() => Promise<IndexRun>) | undefined> {
  const args = [
    ...["MD5", "SHA1", "SHA512"].flatMap((hash) => ["-o", `APT::FTPArchive::${hash}=false`]),
    ...["--db", join(scratch, "ftparchive.db"), "packages", "releases"],
  ];
  // bash is where apt is, and tells the processor's time of what it ran.
  const timed = 'TIMEFORMAT="%R %U %S"; time apt-ftparchive "$@" >/dev/null';
  const measured = async (): Promise<IndexRun> => {
    const command = { file: "bash", args: ["-c", timed, "bash", ...args], folder: bucket };
    const { stderr } = await run({ ...command, environment: { APT_CONFIG: "" } });
    const [seconds = 0, user = 0, system = 0] = (stderr.split("\n").at(-1) ?? "").split(" ").map(Number);
    return { seconds, processorSeconds: user + system };
  };
  return measured().then(
    () => measured,
    () => undefined,
  );
}
