import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { collect } from "../containers/member-content.ts";
import { product as plannedProduct, target as plannedTarget, texts } from "../formats/__fixtures__/courier.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { writeArtifact } from "../formats/formats.ts";
import { planArtifacts } from "../formats/plan.ts";
import { courier, courierTree } from "../formats/windows/installer/__fixtures__/courier.ts";
import { writeInstaller } from "../formats/windows/installer/installer.ts";
import { plannedProperties } from "../formats/windows/told-tables.ts";
import type { Product, ProductTarget } from "../manifest/product.ts";
import { inventoryOf, inventoryText, parseInventory } from "../record/inventory.ts";
import { growTree } from "../staging/grow-tree.ts";
import { contentLimits } from "./budget.ts";
import { readContents } from "./read-contents.ts";
import { contentsText } from "./text.ts";

test("what is planned of an .msi is what is found in it: files, the tables that are obeyed, properties but for its code", async (context) => {
  const systemd = { unit: "u.service", user: "courier", instances: [] };
  const windows = { program: "courier", arguments: "[serve]" };
  const product: Product = {
    ...plannedProduct,
    version: "1.2.0",
    services: [{ name: "courier", ...systemd, windows }],
  };
  const target: ProductTarget = {
    ...plannedTarget,
    name: "windows-x86_64",
    installers: [
      { format: "msi", rollback: false },
      { format: "msi", rollback: true, wsl: "required", title: "Größe" },
    ],
  };
  const tree = growTree(
    courierTree.entries
      .filter((entry) => entry.type === "file" && !entry.path.startsWith("share/doc"))
      .map((entry) => ({ ...entry, path: entry.path.replace(/^(bin|share)\//, "usr/$1/") })),
  );
  const file = join(await scratch(context), "courier.msi");
  for (const job of planArtifacts(product, target, tree, { ...texts, hooks: { windows: { preRemove: "exit 0" } } })) {
    await writeArtifact(job, file);
    const found = await readContents(file);
    const planned = parseInventory(Buffer.from(inventoryText(inventoryOf(job))), "the inventory");
    assert.ok(planned.entries.some(({ config }) => config) && planned.texts?.["MSI/ServiceInstall.idt"] !== undefined);
    assert.match(planned.texts?.["MSI/CustomAction.idt"] ?? "", /pre-remove\.ps1"/);
    assert.deepEqual(found.entries, planned.entries);
    assert.deepEqual({ ...found.texts }, { ...planned.texts });
    assert.ok(job.format.kind === "msi");
    assert.deepEqual(
      found.control?.filter(([name]) => name !== "ProductCode"),
      plannedProperties(job.format),
    );
    assert.equal(found.facts["root"], `ProgramFiles64Folder/${job.format.folder}`);
  }
});

test("an .msi is its files below the product's folder, its properties, and the tables that the installer obeys", async (context) => {
  const folder = await scratch(context);
  const file = join(folder, "courier.msi");
  const job = { tree: courierTree, epoch: 1_700_000_000, format: courier };
  await writeFile(file, await collect(writeInstaller(job, { spool: `${file}.spool`, packed: () => undefined })));
  const { format, facts, control, entries, texts: told } = await readContents(file);
  assert.equal(format, "msi");
  assert.deepEqual(
    { ...facts, "package code": "{}" },
    {
      template: "x64;1033",
      "package code": "{}",
      scope: "machine",
      root: "ProgramFiles64Folder/Courier",
      time: "2023-11-14T22:13:20Z",
    },
  );
  assert.deepEqual(
    control?.find(([name]) => name === "ProductVersion"),
    ["ProductVersion", "1.2.0"],
  );
  const files = courierTree.entries.flatMap((entry) => (entry.type === "file" ? [entry] : []));
  assert.deepEqual(
    entries,
    files.map(({ path, size, sha256, config }) => ({
      path,
      type: "file",
      size,
      sha256,
      ...(config && { config: true }),
    })),
  );
  assert.match(told?.["MSI/Environment.idt"] ?? "", /\t=-\*Path\t\[~\];\[dir\.bin\./);
  assert.equal(told?.["MSI/File.idt"], undefined);
  assert.match(contentsText(await readContents(file)), /share\/doc\/courier\/LICENSE\n/);
  await assert.rejects(readContents(file, { ...contentLimits, texts: 100 }), { code: "SLW-FORMAT" });
  await assert.rejects(readContents(file, { ...contentLimits, entries: 3 }), { code: "SLW-FORMAT" });
});
