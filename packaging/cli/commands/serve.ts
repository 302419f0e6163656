import { stat } from "node:fs/promises";
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
    const [folder, port] = [callersPath(bucket), portOf(option("port") ?? "")];
    await requireFolder(bucket, folder);
    const { url } = await serveFolder(folder, port).catch((error: unknown) => refuseAddress(error, port));
    process.stdout.write(`${bucket} is at ${url} until this is ended with Ctrl+C\n`);
    return new Promise(() => {});
  },
};

async function requireFolder(bucket: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  const hint = "Publish into it first (npm start), or name another with --bucket DIR.";
  throw refusal("SLW-COMMAND", `${bucket} is no folder: there is nothing to serve.`, { hint });
}

/** A port that another program has, or that this user may not have, is told as such. */
function refuseAddress(error: unknown, port: number): never {
  if (!(error instanceof Error && "syscall" in error && error.syscall === "listen")) throw error;
  const hint = "End the program that has it, or name another with --port N (0 takes any free one).";
  throw refusal("SLW-COMMAND", `Port ${port} of the loopback address cannot be had: ${error.message}.`, { hint });
}

function portOf(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw refusal("SLW-COMMAND", `--port is a number up to 65535, and was given ${JSON.stringify(text)}.`);
}
