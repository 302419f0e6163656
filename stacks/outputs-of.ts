import type * as pulumi from "@pulumi/pulumi";
import { plainArguments } from "../components/plain-arguments.ts";
import { forgetPreview } from "../components/preview-note.ts";
import { refused } from "../components/refused.ts";
import { parseSettings, type Settings } from "../packaging/settings.ts";
import { namesSources } from "../packaging/settings-mistakes.ts";
import type { StageName } from "../packaging/stage-settings.ts";

/** A stage that is a component of another program. */
export interface StageComponent {
  /** Its class. */
  readonly component: string;
  readonly stage: StageName;
}

/** By what is registered of a component: its settings. The SDK hands `initialize` that, and nothing else. */
const checked = new WeakMap<pulumi.Inputs, Settings>();

/**
 * What is registered of such a component's arguments, once they are known to be settings of a stack of the stage. The engine
 * keeps and shows them in clear: those that say where a key is are left out, since somebody may have written the key there.
 * Ends the program (SLW-SETTINGS) with all that is wrong in them as one message.
 */
export function checkedInputs({ component, stage }: StageComponent, name: string, args: object): pulumi.Inputs {
  forgetPreview();
  const raw = plainArguments({ ...args, stage }) as Readonly<Record<string, unknown>>;
  const inputs = Object.fromEntries(Object.entries(args).filter(([argument]) => !namesSources(argument)));
  try {
    checked.set(inputs, parseSettings(raw, { name: `${component} ${name}`, prefix: "" }));
  } catch (error) {
    throw refused(error);
  }
  return inputs;
}

/** What the component makes whose inputs have been checked. A user's mistake ends the program as one message. */
export async function outputsOf(
  inputs: pulumi.Inputs,
  run: (settings: Settings) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const settings = checked.get(inputs);
  if (settings === undefined) throw new Error("a component is made of inputs that were checked");
  try {
    return await run(settings);
  } catch (error) {
    throw refused(error);
  }
}
