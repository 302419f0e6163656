import { forgetPreview } from "../components/preview-note.ts";
import type { StateContract } from "../components/providers/state-contract.ts";
import { refused } from "../components/refused.ts";
import { readSettings, stackFile } from "../components/settings.ts";
import type { Settings } from "../packaging/settings.ts";
import { withSettingPlaces } from "../packaging/settings-mistakes.ts";
import type { StageName } from "../packaging/stage-settings.ts";

/** What a stack of a stage consists of; `first` is the state's contract, where the program has registered it already. */
type Stage = (settings: Settings, first: StateContract | undefined) => Promise<Record<string, unknown>>;

/** Each stage loads what it needs and no other's: a preview starts in the time that its own modules take. */
const stages: Readonly<Record<StageName, () => Promise<Stage>>> = {
  dev: async () => (await import("./dev.ts")).dev,
  foundation: async () => (await import("./foundation.ts")).foundation,
  candidate: async () => (await import("./candidate.ts")).candidate,
  release: async () => (await import("./release.ts")).release,
};

/**
 * What this stack consists of, by its settings. A user's mistake ends the program as one message; everything else keeps
 * its stack.
 */
export async function outputsOfStage(first: StateContract | undefined): Promise<Record<string, unknown>> {
  try {
    forgetPreview();
    const settings = readSettings();
    const stage = await stages[settings.stage]();
    return await stage(settings, first);
  } catch (error) {
    throw refused(withSettingPlaces(error, stackFile()));
  }
}
