import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../bootstrap/cache-folder.mjs";
import { run } from "../../packaging/process.ts";

/** What python-tuf's client made of a channel. */
export interface Look {
  /** `1.0.0 #1`; null where the bucket verifies and has no such channel. */
  readonly found?: string | null;
  /** Version of the root that it ended with. */
  readonly root?: number;
  /** Class of the exception. */
  readonly refused?: string;
  readonly says?: string;
}

/**
 * Python with python-tuf: SLIPWAY_TEST_PYTHON, or the virtual environment that the test command makes in the user's
 * cache. Throws where there is none, for a test that did not run proves nothing.
 */
export function pythonWithTuf(): string {
  const cache = cacheFolder();
  const { SLIPWAY_TEST_PYTHON } = process.env;
  const python = SLIPWAY_TEST_PYTHON || join(cache, "tuf-venv", "bin", "python");
  if (existsSync(python)) return python;
  throw new Error(
    `${python} is missing. Make it: python3 -m venv ${join(cache, "tuf-venv")}, then pip install tuf in it.`,
  );
}

/** Looks once at a channel (`stable` of `runtime`), from the root in the file `root`, with the memory in `cache`. */
export async function look(
  bucketUrl: string,
  root: string,
  cache: string,
  channel = "channels/runtime/stable.json",
): Promise<Look> {
  const script = join(import.meta.dirname, "follow.py");
  const args = ["-I", script, bucketUrl, root, cache, channel];
  const { stdout } = await run({ file: pythonWithTuf(), args, timeoutSeconds: 60 });
  return JSON.parse(stdout) as Look;
}
