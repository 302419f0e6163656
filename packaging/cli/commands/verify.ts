import { readFile } from "node:fs/promises";
import { timestampPath } from "../../channels/layout.ts";
import { refusal } from "../../errors.ts";
import { readOpenPgpPublic } from "../../signing/openpgp-public.ts";
import { httpStore, isHttpAddress } from "../../store/http-store.ts";
import { openStore } from "../../store/open-store.ts";
import type { Pins } from "../../verify/trusted-root.ts";
import { verifyBucket } from "../../verify/verify-bucket.ts";
import { callersPath, devBucket } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { type BucketState, stateOf, verifyText } from "../verify-text.ts";

const codes: Readonly<Record<BucketState, number>> = { whole: 0, lagging: 3, damaged: 4 };

export const verify: Command = {
  summary: "whether a bucket is whole, as its clients read it",
  help: `slipway verify [URL|DIR] [--root FILE] [--key KEY] [--history] [--json]

  Reads a bucket as its clients do, and writes nothing: every channel from the TUF root on, every record that it names with
  what the record names and its signatures, every suite from InRelease to the packages. Nobody's word but that of what is
  pinned counts; where nothing is, trust is taken from the bucket itself, and the answer says so.

  URL|DIR       the bucket: its web address, a folder, or s3://NAME/PREFIX; the dev stack's where left out. What lies at a
                web address cannot be listed: objects that nothing names are not found there
  --root FILE   the TUF root to trust, as keys/tuf-root.json of the bucket was when its owner vouched for it
  --key KEY     what else to trust: the id of a TUF root key (64 hex digits), the fingerprint of an OpenPGP key of the
                archive (40), or a file with its certificate
  --history     also what was in force before: journals, every root and snapshot, and releases that no channel names
  --json        what was found, for programs

  Exit code: ${codes.whole} whole; ${codes.lagging} whole, but an index is behind (an update died; the next one brings it up);
  ${codes.damaged} damaged; 1 it could not be read.
`,
  options: {
    root: { type: "string" },
    key: { type: "string" },
    history: { type: "boolean" },
    json: { type: "boolean" },
  },
  arguments: ["[URL|DIR]"],
  run: async ({ positionals, option, flag }) => {
    const bucket = positionals[0] ?? devBucket;
    const web = isHttpAddress(bucket);
    const store = web ? httpStore(bucket) : openStore(bucket, callersPath);
    // What is in force is looked for first: a bucket with a long past takes long to list.
    const nothing = (await store.stat(timestampPath)) === undefined;
    const empty = nothing && (web || (await store.list("")).length === 0);
    if (empty)
      throw refusal(
        "SLW-STORE",
        `${bucket} is no bucket: ${web ? `${timestampPath} is not there` : "nothing is in it"}.`,
      );
    const pins = { ...(await rootPin(option("root"))), ...(await keyPin(option("key"))) };
    const found = await verifyBucket(store, { ...pins, history: flag("history"), listed: !web });
    const state = stateOf(found);
    process.stdout.write(flag("json") ? `${JSON.stringify({ state, ...found }, null, 2)}\n` : verifyText(found));
    return codes[state];
  },
};

async function rootPin(file: string | undefined): Promise<Pins> {
  return file === undefined ? {} : { root: await textOf("--root", file) };
}

async function keyPin(key: string | undefined): Promise<Pins> {
  if (key === undefined) return {};
  const digits = key.replaceAll(/[\s:]/g, "");
  if (/^[0-9a-f]{64}$/i.test(digits)) return { rootKey: digits.toLowerCase() };
  if (/^[0-9a-f]{40}$/i.test(digits)) return { archiveKey: digits.toUpperCase() };
  const { fingerprint } = await readOpenPgpPublic(await textOf("--key", key));
  return { archiveKey: fingerprint };
}

async function textOf(option: string, file: string): Promise<string> {
  return readFile(callersPath(file), "utf8").catch((error: Error) => {
    throw refusal("SLW-COMMAND", `${option} ${file} cannot be read: ${error.message}.`);
  });
}
