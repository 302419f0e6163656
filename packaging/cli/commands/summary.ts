import type { Command } from "../command.ts";
import { lastUpdateChanged, readOutputs } from "../stack-facts.ts";
import { summaryText } from "../summary.ts";

export const summary: Command = {
  summary: "what the stack's last update left: artifacts, digests, how to install",
  help: `slipway summary [--stack dev]

  --stack NAME   the stack to ask; dev where left out
`,
  options: { stack: { type: "string", default: "dev" } },
  arguments: [],
  run: async ({ option }) => {
    const stack = option("stack") ?? "dev";
    process.stdout.write(summaryText(await readOutputs(stack), await lastUpdateChanged(stack)));
    return 0;
  },
};
