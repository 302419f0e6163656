import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** An empty folder that is gone after the test. */
export async function scratch(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-formats-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}
