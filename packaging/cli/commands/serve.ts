import { refusal } from "../../errors.ts";
import { callersPath, devBucket } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { serveFolder } from "../serve.ts";

export const serve: Command = {
  summary: "serves a directory bucket on this machine's loopback address",
  help: `slipway serve [--bucket DIR] [--port 8417]

  --bucket DIR   the bucket; the dev stack's where left out
  --port N       8417 where left out
`,
  options: { bucket: { type: "string" }, port: { type: "string", default: "8417" } },
  arguments: [],
  run: async ({ option }) => {
    const bucket = option("bucket") ?? devBucket;
    const { url } = await serveFolder(callersPath(bucket), portOf(option("port") ?? ""));
    process.stdout.write(`${bucket} is at ${url} until this is ended with Ctrl+C\n`);
    return new Promise(() => {});
  },
};

function portOf(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw refusal("SLW-COMMAND", `--port is a number up to 65535, and was given ${JSON.stringify(text)}.`);
}
