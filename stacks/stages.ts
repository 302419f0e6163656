import { forgetPreview } from "../components/preview-note.ts";
import type { StateContract } from "../components/providers/state-contract.ts";
import { refused } from "../components/refused.ts";
import { readSettings, stackFile } from "../components/settings.ts";
import { withSettingPlaces } from "../packaging/settings-mistakes.ts";
import { candidate } from "./candidate.ts";
import { dev } from "./dev.ts";
import { foundation } from "./foundation.ts";
import { release } from "./release.ts";

/** One function per stage: what a stack of that stage consists of. */
const stages = { dev, foundation, candidate, release };

/**
 * What this stack consists of, by its settings; `first` where it is registered already. A user's mistake ends the program
 * as one message; everything else keeps its stack.
 */
export async function outputsOfStage(first: StateContract | undefined): Promise<Record<string, unknown>> {
  try {
    await forgetPreview();
    const settings = readSettings();
    return await stages[settings.stage](settings, first);
  } catch (error) {
    throw refused(withSettingPlaces(error, stackFile()));
  }
}
