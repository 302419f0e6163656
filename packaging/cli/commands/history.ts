import { type ChannelHistory, channelHistory } from "../../channels/channel-history.ts";
import { channelOfRole } from "../../channels/layout.ts";
import { readSnapshot } from "../../channels/read.ts";
import { listTufFiles } from "../../channels/tuf-files.ts";
import { refusal } from "../../errors.ts";
import { openStore } from "../../store/open-store.ts";
import type { Store } from "../../store/store.ts";
import { callersPath, devBucket } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { historyJson } from "../history-json.ts";
import { historyText } from "../history-text.ts";

const codes = { whole: 0, lagging: 3, damaged: 4 } as const;

export const history: Command = {
  summary: "which bytes were live in a channel from when to when, signed by which key, by whose update",
  help: `slipway history [CHANNEL] [--product ID] [--bucket DIR] [--json]

Reads a channel's numbered files, its entries and the records that they name, and nothing else; writes nothing. Every
channel of the bucket where CHANNEL is left out. Newest first; what is lost is named where it stood.

  --product ID   the channels of one product
  --bucket DIR   the bucket, a folder or s3://NAME/PREFIX; the dev stack's where left out
  --json         for programs, with whole digests and key ids: docs/process/history.md

Exit code: ${codes.whole} whole; ${codes.lagging} whole, but an update died and the next one finishes it; ${codes.damaged} something that tells the history is lost,
altered or counted wrongly; 1 it could not be read.
`,
  options: { product: { type: "string" }, bucket: { type: "string" }, json: { type: "boolean" } },
  arguments: ["[CHANNEL]"],
  run: async ({ positionals: [channel], option, flag }) => {
    const bucket = option("bucket") ?? devBucket;
    const store = openStore(bucket, callersPath);
    const histories = await historiesOf(store, bucket, { channel, product: option("product") });
    process.stdout.write(flag("json") ? historyJson(histories) : historyText(histories));
    const findings = histories.flatMap((one) => one.findings);
    if (findings.some(({ kind }) => kind === "damaged")) return codes.damaged;
    return findings.length > 0 ? codes.lagging : codes.whole;
  },
};

interface Asked {
  readonly channel: string | undefined;
  readonly product: string | undefined;
}

async function historiesOf(store: Store, bucket: string, asked: Asked): Promise<readonly ChannelHistory[]> {
  const names = await channelsIn(store);
  const wanted = names.filter(
    ({ product, channel }) =>
      (asked.product === undefined || product === asked.product) &&
      (asked.channel === undefined || channel === asked.channel),
  );
  const histories: ChannelHistory[] = [];
  for (const { product, channel } of wanted) {
    const history = await channelHistory(store, product, channel);
    if (history.moves.length > 0) histories.push(history);
  }
  if (histories.length > 0) return histories;
  const what = `${asked.channel === undefined ? "channel" : `channel ${JSON.stringify(asked.channel)}`}${asked.product === undefined ? "" : ` of ${JSON.stringify(asked.product)}`}`;
  const there = names.map(({ product, channel }) => `${channel} of ${product}`).join(", ");
  throw refusal("SLW-CHANNEL", `${bucket} has no ${what} that was ever moved.`, {
    hint: there === "" ? "Name the bucket with --bucket DIR." : `There: ${there}.`,
  });
}

/** Every channel that the bucket delegates, or, where what delegates is lost, of which it has a role's file. */
async function channelsIn(store: Store): Promise<readonly { readonly product: string; readonly channel: string }[]> {
  const { channels } = await readSnapshot(store);
  const delegated = channels.map(({ product, channel }) => `${product}-${channel}`);
  const roles = new Set([...delegated, ...(await listTufFiles(store)).roles.keys()]);
  return [...roles].sort().flatMap((role) => channelOfRole(role) ?? []);
}
