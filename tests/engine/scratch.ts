import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** What a folder needs of its test; a benchmark gives its own. */
export type Owner = Pick<TestContext, "after" | "diagnostic">;

/** A folder of the test's own, removed after it; `SLIPWAY_TEST_KEEP=1` keeps it and says where it is. */
export async function scratchFolder(t: Owner): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "slipway-test-")));
  t.after(async () => {
    if (process.env["SLIPWAY_TEST_KEEP"] === "1") t.diagnostic(`kept ${folder}`);
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}
