import { systemClock } from "../../clock.ts";
import { placesOf } from "../../places.ts";
import { type Answer, answered } from "../../preflight/answer.ts";
import { type AskedPlan, askPlaces } from "../../preflight/ask-places.ts";
import { askedPlacesOf, asksAny } from "../../preflight/asked-places.ts";
import { askedPlans } from "../../preflight/asked-plans.ts";
import type { Settings } from "../../settings.ts";
import type { Command } from "../command.ts";
import { preflightText } from "../preflight-text.ts";
import { readStackSettings } from "../stack-settings.ts";

export const preflight: Command = {
  summary: "what the places that a stack publishes to say, before an update",
  help: `slipway preflight [--stack dev] [--json]

  Asks every place outside this machine that the stack's settings name: whether it can be reached, whether this run may
  write there, whether it has the version already, whether a name is taken, and whether the clocks agree. Nothing is
  changed, on a service that honours conditions or checksums; another service of S3 writes one object, which is named.
  An update asks the same before it builds.

  --stack NAME   the stack whose settings count; dev where left out
  --json         the answers, for programs

  Exit code: 0 an update may go on; 1 something stands in its way.
`,
  options: { stack: { type: "string", default: "dev" }, json: { type: "boolean" } },
  arguments: [],
  run: async ({ option, flag }) => {
    const stack = option("stack") ?? "dev";
    const settings = await readStackSettings(stack, {});
    const answers = asksAny(askedPlacesOf(settings)) ? await allAnswers(stack, settings) : [];
    process.stdout.write(flag("json") ? `${JSON.stringify(answers, null, 2)}\n` : preflightText(answers));
    return answers.every(({ ok }) => ok) ? 0 : 1;
  },
};

/** What an update would be about, and then what each place says; where the first cannot be told, the places are asked still. */
async function allAnswers(stack: string, settings: Settings): Promise<readonly Answer[]> {
  const places = placesOf(settings.bucket);
  let plans: readonly AskedPlan[] = [];
  const planned = await answered(`stack ${stack}`, "what is an update about?", async () => {
    plans = await askedPlans(settings, places);
    return plans.map(({ product, version }) => `${product} ${version}`).join(", ") || "keys and delegations alone";
  });
  return [planned, ...(await askPlaces(settings, plans, places, systemClock, true))];
}
