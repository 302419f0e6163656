import path from "node:path";
import { parseArgs } from "node:util";
import { SlipwayError } from "../errors.ts";
import { serveFolder } from "./serve.ts";
import { lastUpdateChanged, readOutputs } from "./stack-facts.ts";
import { summaryText } from "./summary.ts";
import { verify } from "./verify.ts";

const help = `slipway: what Slipway does beside pulumi's own commands

  slipway summary [--stack dev]   what the stack's last update left: artifacts, digests, how to install
  slipway serve [--bucket DIR] [--port 8417]
                                  serves a directory bucket on this machine's loopback address
  slipway verify [--bucket DIR] [--root FILE] [--deep] [--json]
                                  whether a bucket is whole, as its clients read it; exit code 0, 3 (behind) or 4 (damaged)
  slipway doctor                  what is here and what is missing
  slipway help                    this text
`;

const options = {
  stack: { type: "string", default: "dev" },
  bucket: { type: "string", default: path.join(".slipway", "bucket") },
  root: { type: "string" },
  deep: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  port: { type: "string", default: "8417" },
} as const;

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [command = "help"] = positionals;
  switch (command) {
    case "summary":
      process.stdout.write(summaryText(await readOutputs(values.stack), await lastUpdateChanged(values.stack)));
      return 0;
    case "serve":
      return serve(values.bucket, Number(values.port));
    case "verify":
      return verify({ ...values, root: values.root });
    case "help":
      process.stdout.write(help);
      return 0;
    default:
      process.stderr.write(`slipway: there is no command ${command}\n\n${help}`);
      return 2;
  }
}

async function serve(bucket: string, port: number): Promise<number> {
  const { url } = await serveFolder(path.resolve(bucket), port);
  process.stdout.write(`${bucket} is at ${url} until this is ended with Ctrl+C\n`);
  return new Promise(() => {});
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SlipwayError) && !(error instanceof TypeError && "code" in error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
