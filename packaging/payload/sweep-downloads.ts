import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { SlipwayError } from "../errors.ts";
import { withKernelLock } from "../store/kernel-lock.ts";
import { partialName } from "./download/partial-file.ts";

/** Who still wants the rest of a download has come back for it within a week. */
const abandonedAfterSeconds = 7 * 24 * 60 * 60;

/** Removes what is left of downloads that nobody went on with. Lock files stay: see `withKernelLock`. */
export async function sweepDownloads(folder: string): Promise<void> {
  const oldest = (systemClock.now() - abandonedAfterSeconds) * 1000;
  for (const name of await readdir(folder).catch(() => [])) {
    const partial = join(folder, name, partialName);
    const found = await stat(partial).catch(() => undefined);
    if (found === undefined || found.mtimeMs >= oldest) continue;
    try {
      await withKernelLock(join(folder, name, "lock"), 0, () => rm(partial, { force: true }));
    } catch (error) {
      // Someone goes on with it after all.
      if (!(error instanceof SlipwayError)) throw error;
    }
  }
}
