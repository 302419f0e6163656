import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { collect } from "../containers/member-content.ts";
import { scratch } from "../formats/__fixtures__/scratch.ts";
import { courier, courierTree } from "../formats/windows/installer/__fixtures__/courier.ts";
import { writeInstaller } from "../formats/windows/installer/installer.ts";
import { contentLimits } from "./budget.ts";
import { readContents } from "./read-contents.ts";
import { contentsText } from "./text.ts";

test("an .msi is its files below the product's folder, its properties, and the tables that the installer obeys", async (context) => {
  const folder = await scratch(context);
  const file = join(folder, "courier.msi");
  const job = { tree: courierTree, epoch: 1_700_000_000, format: courier };
  await writeFile(file, await collect(writeInstaller(job, { spool: `${file}.spool`, packed: () => undefined })));
  const { format, facts, control, entries, texts } = await readContents(file);
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
  assert.match(texts?.["MSI/Environment.idt"] ?? "", /\t=-\*Path\t\[~\];\[dir\.bin\./);
  assert.equal(texts?.["MSI/File.idt"], undefined);
  assert.match(contentsText(await readContents(file)), /share\/doc\/courier\/LICENSE\n/);
  await assert.rejects(readContents(file, { ...contentLimits, texts: 100 }), { code: "SLW-FORMAT" });
  await assert.rejects(readContents(file, { ...contentLimits, entries: 3 }), { code: "SLW-FORMAT" });
});
