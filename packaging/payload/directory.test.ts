import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { fetchPayload } from "./payload.ts";

const root = await mkdtemp(join(tmpdir(), "slipway-directory-"));
after(() => rm(root, { recursive: true, force: true }));

async function payloadOf(name: string, prepare: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(root, "project", name);
  await mkdir(folder, { recursive: true });
  await prepare(folder);
  return name;
}

function read(path: string) {
  return fetchPayload(
    { name: "linux-x86_64", binaries: [], payload: { kind: "directory", path } },
    { manifestFolder: join(root, "project"), cacheFolder: join(root, "cache") },
  );
}

test("files below the folder are named with forward slashes and hashed", async () => {
  const path = await payloadOf("plain", async (folder) => {
    await mkdir(join(folder, "bin", "deep"), { recursive: true });
    await writeFile(join(folder, "bin", "deep", "runtime"), "program");
    await writeFile(join(folder, "README"), "");
    await symlink("deep/runtime", join(folder, "bin", "alias"));
  });
  const { files } = await read(path);
  assert.deepEqual([...files.keys()], ["README", "bin/alias", "bin/deep/runtime"]);
  assert.equal(files.get("bin/alias")?.sha256, sha256("program"));
  assert.equal(files.get("bin/deep/runtime")?.size, 7);
});

const refused = [
  ["is a link that leads out of the folder", (folder: string) => symlink("../../outside", join(folder, "runtime"))],
  ["is a link to nothing", (folder: string) => symlink("absent", join(folder, "runtime"))],
  ["is a link to a folder", (folder: string) => symlink("bin", join(folder, "runtime"))],
] as const;
for (const [problem, prepare] of refused) {
  test(`refused: runtime ${problem}`, async () => {
    await writeFile(join(root, "outside"), "secret");
    const path = await payloadOf(problem, async (folder) => {
      await mkdir(join(folder, "bin"));
      await prepare(folder);
    });
    await assert.rejects(read(path), (error) => {
      assert(error instanceof SlipwayError);
      assert.equal(error.code, "SLW-PAYLOAD-MISSING");
      assert.match(error.message, new RegExp(`Payload directory ${path}: runtime ${problem}\\.`));
      return true;
    });
  });
}

test("a folder that is not there is named with the place where it was looked for", async () => {
  await assert.rejects(read("dist/absent"), { code: "SLW-PAYLOAD-MISSING", message: /dist\/absent does not exist/ });
});
