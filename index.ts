import { refused } from "./components/refused.ts";
import { readSettings, stackFile } from "./components/settings.ts";
import { withSettingPlaces } from "./packaging/settings-mistakes.ts";
import { dev } from "./stacks/dev.ts";

/** One function per stage: what a stack of that stage consists of. */
const stages = { dev };

/** A user's mistake ends the program as one message; everything else keeps its stack. */
async function release(): Promise<Record<string, unknown>> {
  try {
    const settings = readSettings();
    return await stages[settings.stage](settings);
  } catch (error) {
    throw refused(withSettingPlaces(error, stackFile()));
  }
}

const outputs = await release();

export const { channel, archive, bucket, url, products, archiveKey, root, published } = outputs;
