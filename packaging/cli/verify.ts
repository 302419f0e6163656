import { readFile } from "node:fs/promises";
import path from "node:path";
import { BuildCache } from "../builds/cache.ts";
import { refusal } from "../errors.ts";
import { directoryStore } from "../store/directory.ts";
import { type Verification, verifyBucket } from "../verify/verify-bucket.ts";

/** Exit codes of `slipway verify`; 1 is a refusal, 2 a command line that cannot be understood. */
export const verifyCodes = { whole: 0, lagging: 3, damaged: 4 } as const;

export const verifyHelp = `slipway verify [--bucket DIR] [--root FILE] [--deep] [--json]

  Reads a bucket as its clients do, and writes nothing: every channel with a TUF client, the trust and the journal behind
  it, every record with what it names and its signatures, every suite from InRelease to the packages.

  --bucket DIR   the bucket; .slipway/bucket where left out
  --root FILE    the TUF root to trust; keys/tuf-root.json of the bucket itself where left out
  --deep         takes the digest of every artifact, and not its size alone
  --json         what was found, for programs

  Exit code: ${verifyCodes.whole} whole; ${verifyCodes.lagging} whole, but an index is behind (an update died; the next one brings it up);
  ${verifyCodes.damaged} damaged; 1 it could not be read.
`;

export interface VerifyOptions {
  readonly bucket: string;
  readonly root: string | undefined;
  readonly deep: boolean;
  readonly json: boolean;
}

/** Prints what `verifyBucket` finds, and gives the exit code. Refuses (SLW-STORE) what is no bucket. */
export async function verify({ bucket, root, deep, json }: VerifyOptions): Promise<number> {
  const store = directoryStore(path.resolve(bucket));
  if ((await store.list("")).length === 0) throw refusal("SLW-STORE", `${bucket} is no bucket: nothing is in it`);
  // Nothing may come from elsewhere: only what lies in the bucket counts.
  const cache = new BuildCache(path.join(path.resolve(bucket), ".none"), () => {});
  const given = root === undefined ? {} : { root: await readFile(root, "utf8") };
  const found = await verifyBucket({ store, cache }, { deep, ...given });
  const state = stateOf(found);
  process.stdout.write(json ? `${JSON.stringify({ state, ...found }, null, 2)}\n` : verifyText(found));
  return verifyCodes[state];
}

function stateOf({ findings }: Verification): keyof typeof verifyCodes {
  if (findings.length === 0) return "whole";
  return findings.some(({ kind }) => kind === "damaged") ? "damaged" : "lagging";
}

/** One line for each thing that is wrong, then what was looked at. */
export function verifyText(found: Verification): string {
  const { channels, suites, releases, findings } = found;
  const lines = findings.map(({ kind, sentence }) => `${kind.padEnd(8)} ${sentence}\n`);
  const damage = findings.filter(({ kind }) => kind === "damaged").length;
  const lag = findings.length - damage;
  const state = { whole: "whole", lagging: `whole, ${lag} behind`, damaged: `${damage} damaged, ${lag} behind` }[
    stateOf(found)
  ];
  const looked = `${counted(channels, "channel")}, ${counted(suites, "suite")}, ${releases} ${releases === 1 ? "release" : "releases"}`;
  return `${lines.join("")}${channels.map((it) => `channel  ${it}\n`).join("")}${looked}: ${state}\n`;
}

function counted(list: readonly string[], word: string): string {
  return `${list.length} ${word}${list.length === 1 ? "" : "s"}`;
}
