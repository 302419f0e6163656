import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { assertGolden } from "../../packaging/__fixtures__/golden.ts";
import type { ArtifactJob } from "../../packaging/artifact.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { harbourJobs } from "../../packaging/formats/debian/__fixtures__/harbour.ts";
import { keyringJob } from "../../packaging/formats/debian/keyring.ts";
import { writeArtifact } from "../../packaging/formats/formats.ts";
import { tinyElf } from "../fixtures/tiny-elf.ts";
import { runtimeJobs } from "../formats/runtime-packages.ts";
import { lintian } from "./lintian.ts";

const keyring = keyringJob({
  archive: "example",
  version: 3,
  epoch: 1_700_000_000,
  keyring: Buffer.from("certificates"),
  maintainer: { name: "Example Team", email: "team@courier.example" },
  homepage: "https://courier.example",
  origin: "Example",
});

for (const release of ["12", "13"] as const) {
  test(`lintian of Debian ${release} has no error, and no warning that is not explained`, async (context) => {
    const folder = await scratch(context);
    const harbour = await harbourJobs(join(folder, "harbour"), "2.0.0", tinyElf("x86_64", "harbour\n"));
    const jobs = [...(await runtimeJobs(folder, [{ format: "deb", compression: "xz" }])), ...harbour, keyring];
    for (const job of jobs) await writeArtifact(job, join(folder, job.name));
    const said = await lintian(
      release,
      folder,
      jobs.map(({ name }) => name),
    );
    assertGolden(import.meta.url, `lintian-${release}.txt`, `${said}\n`);
    assert.deepEqual(
      said.split("\n").filter((line) => /^[EW]: /.test(line)),
      [],
    );
  });
}

test("lintian still finds what is wrong", async (context) => {
  const folder = await scratch(context);
  const [, job] = await runtimeJobs(folder, [{ format: "deb", compression: "xz" }]);
  assert.ok(job !== undefined);
  const entries = job.tree.entries.filter(({ path }) => !path.endsWith("copyright"));
  const bare: ArtifactJob = { ...job, tree: { entries } };
  await writeArtifact(bare, join(folder, bare.name));
  assert.match(await lintian("12", folder, [bare.name]), /^E: runtime: no-copyright-file/m);
});
