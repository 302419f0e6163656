import { readFile } from "node:fs/promises";
import { refusal } from "../../errors.ts";
import { openStore } from "../../store/open-store.ts";
import { verifyBucket } from "../../verify/verify-bucket.ts";
import { callersPath, devBucket } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { type BucketState, stateOf, verifyText } from "../verify-text.ts";

const codes: Readonly<Record<BucketState, number>> = { whole: 0, lagging: 3, damaged: 4 };

export const verify: Command = {
  summary: "whether a bucket is whole, as its clients read it",
  help: `slipway verify [--bucket DIR] [--root FILE] [--deep] [--json]

  Reads a bucket as its clients do, and writes nothing: every channel with a TUF client, the trust and the journal behind
  it, every record with what it names and its signatures, every suite from InRelease to the packages.

  --bucket DIR   the bucket, a folder or s3://NAME/PREFIX; the dev stack's where left out
  --root FILE    the TUF root to trust; keys/tuf-root.json of the bucket itself where left out
  --deep         takes the digest of every artifact, and not its size alone
  --json         what was found, for programs

  Exit code: ${codes.whole} whole; ${codes.lagging} whole, but an index is behind (an update died; the next one brings it up);
  ${codes.damaged} damaged; 1 it could not be read.
`,
  options: {
    bucket: { type: "string" },
    root: { type: "string" },
    deep: { type: "boolean" },
    json: { type: "boolean" },
  },
  arguments: [],
  run: async ({ option, flag }) => {
    const bucket = option("bucket") ?? devBucket;
    const store = openStore(bucket, callersPath);
    if ((await store.list("")).length === 0) throw refusal("SLW-STORE", `${bucket} is no bucket: nothing is in it.`);
    const root = option("root");
    const given = root === undefined ? {} : { root: await rootText(root) };
    const found = await verifyBucket(store, { deep: flag("deep"), ...given });
    const state = stateOf(found);
    process.stdout.write(flag("json") ? `${JSON.stringify({ state, ...found }, null, 2)}\n` : verifyText(found));
    return codes[state];
  },
};

async function rootText(file: string): Promise<string> {
  return readFile(callersPath(file), "utf8").catch((error: Error) => {
    throw refusal("SLW-COMMAND", `--root ${file} cannot be read: ${error.message}.`);
  });
}
