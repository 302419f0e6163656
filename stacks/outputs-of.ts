import { forgetPreview } from "../components/preview-note.ts";
import { refused } from "../components/refused.ts";
import { parseSettings, type Settings } from "../packaging/settings.ts";

/**
 * What a stage makes that is a component of another program: its arguments are the settings of a stack of the stage, and held
 * to the same rules. A user's mistake ends the program as one message.
 */
export async function outputsOf(
  component: string,
  raw: Readonly<Record<string, unknown>>,
  run: (settings: Settings) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  try {
    await forgetPreview();
    return await run(parseSettings(raw, { name: component, secrets: [] }));
  } catch (error) {
    throw refused(error);
  }
}
