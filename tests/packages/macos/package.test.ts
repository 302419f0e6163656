import assert from "node:assert/strict";
import { mkdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readContents } from "../../../packaging/contents/read-contents.ts";
import { sha256 } from "../../../packaging/digest.ts";
import { scratch } from "../../../packaging/formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../../../packaging/formats/formats.ts";
import * as mac from "../../../packaging/formats/macos/__fixtures__/mac-product.ts";
import { readBom } from "../../../packaging/formats/macos/bom-reader.ts";
import { planArtifacts } from "../../../packaging/formats/plan.ts";
import { inventoryOf } from "../../../packaging/record/inventory.ts";
import { runIn } from "../../engine/command.ts";
import { machineTool } from "../../tools.ts";

const [archive, job] = planArtifacts(mac.product, mac.target, mac.tree, mac.texts);
assert(archive !== undefined && job?.format.kind === "pkg");
const bsdtar = machineTool("bsdtar", "libarchive-tools");

test("what is planned, other people's readers find in the package, and its Bom says the same", async (t) => {
  const folder = await scratch(t);
  const file = join(folder, job.name);
  await writeArtifact(job, file);
  const { code, text } = await runIn({ folder }, machineTool("7zz", "7zip"), ["t", "-bd", file]);
  assert.deepEqual([code, /Everything is Ok/.test(text)], [0, true], text);

  const root = join(folder, "root");
  await mkdir(root);
  assert.equal((await runIn({ folder }, bsdtar, ["-xf", file])).code, 0);
  assert.equal((await runIn({ folder: root }, bsdtar, ["-xpf", join(folder, "courier.pkg", "Payload")])).code, 0);
  const list = await runIn({ folder }, bsdtar, ["-tf", join(folder, "courier.pkg", "Payload")]);
  assert.deepEqual(list.stdout.trimEnd().split("\n"), [".", ...job.tree.entries.map(({ path }) => `./${path}`)]);
  const bom = new Map(readBom(await readFile(join(folder, "courier.pkg", "Bom"))).map((entry) => [entry.path, entry]));
  assert.equal(bom.size, job.tree.entries.length + 1);
  for (const entry of job.tree.entries) {
    const said = bom.get(`./${entry.path}`);
    assert.deepEqual([said?.type, said?.mode, said?.uid, said?.gid], [entry.type, entry.mode, 0, 0], entry.path);
    const path = join(root, entry.path);
    if (entry.type === "symlink") assert.equal(await readlink(path), entry.target);
    else assert.equal((await stat(path)).mode & 0o7777, entry.mode, entry.path);
    if (entry.type !== "file") continue;
    assert.equal(sha256(await readFile(path)), entry.sha256, entry.path);
    const { stdout } = await runIn({ folder }, machineTool("cksum", "coreutils"), [path]);
    assert.ok(stdout.startsWith(`${said?.checksum} ${said?.size} `), entry.path);
  }
});

for (const planned of [archive, job]) {
  test(`the planned inventory is what inspect finds in the file: ${planned.format.kind}`, async (t) => {
    const file = join(await scratch(t), planned.name);
    await writeArtifact(planned, file);
    const { entries, scripts, texts } = await readContents(file);
    const inventory = inventoryOf(planned);
    // No archive says which of its files are configuration.
    assert.deepEqual(
      entries,
      inventory.entries.map(({ config: _, ...entry }) => entry),
    );
    assert.deepEqual([scripts, texts], [inventory.scripts, inventory.texts]);
    if (planned === job) assert.ok(texts?.["Library/LaunchDaemons/dev.courier.tool.courier.plist"] !== undefined);
  });
}
