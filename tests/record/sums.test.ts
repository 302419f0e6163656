import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { archiveJob, builtRelease, debJob, shippedText } from "../../packaging/record/__fixtures__/release.ts";
import { sumsText } from "../../packaging/record/sums.ts";
import { machineTool } from "../tools.ts";

it("sha256sum accepts SHA256SUMS as it is, and finds a changed artifact", async () => {
  const sha256sum = machineTool("sha256sum", "coreutils");
  const cwd = await mkdtemp(join(tmpdir(), "slipway-sums-"));
  try {
    for (const job of [archiveJob, debJob]) await writeFile(join(cwd, job.name), shippedText(job));
    await writeFile(join(cwd, "SHA256SUMS"), sumsText(builtRelease().record));
    const options = { cwd, encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, stdio: "pipe" } as const;
    const check = () => execFileSync(sha256sum, ["--check", "--strict", "SHA256SUMS"], options);
    assert.equal(check(), `${archiveJob.name}: OK\n${debJob.name}: OK\n`);
    await writeFile(join(cwd, debJob.name), "changed");
    assert.throws(check, { stdout: `${archiveJob.name}: OK\n${debJob.name}: FAILED\n` });
  } finally {
    await rm(cwd, { recursive: true });
  }
});
