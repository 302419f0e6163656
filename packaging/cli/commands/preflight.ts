import { systemClock } from "../../clock.ts";
import { placesOf } from "../../places.ts";
import { askPlaces } from "../../preflight/ask-places.ts";
import { askedPlacesOf } from "../../preflight/asked-places.ts";
import type { Command } from "../command.ts";
import { preflightText } from "../preflight-text.ts";
import { readStackSettings } from "../stack-settings.ts";

export const preflight: Command = {
  summary: "what the places that a stack publishes to say, before an update",
  help: `slipway preflight [--stack dev] [--json]

  Asks every place outside this machine that the stack's settings name: whether it can be reached, whether this run may
  write there, and whether the clocks agree. Nothing is changed anywhere; an update asks the same before it builds.

  --stack NAME   the stack whose settings count; dev where left out
  --json         the answers, for programs

  Exit code: 0 an update may go on; 1 something stands in its way.
`,
  options: { stack: { type: "string", default: "dev" }, json: { type: "boolean" } },
  arguments: [],
  run: async ({ option, flag }) => {
    const settings = await readStackSettings(option("stack") ?? "dev", {});
    const answers = await askPlaces(askedPlacesOf(settings), [], placesOf(settings.bucket), systemClock, true);
    process.stdout.write(flag("json") ? `${JSON.stringify(answers, null, 2)}\n` : preflightText(answers));
    return answers.every(({ ok }) => ok) ? 0 : 1;
  },
};
