import assert from "node:assert/strict";
import { open, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { assertGolden } from "../../../__fixtures__/golden.ts";
import { collect } from "../../../containers/member-content.ts";
import { sha256 } from "../../../digest.ts";
import { SlipwayError } from "../../../errors.ts";
import { inlineEntry } from "../../../staging/file-entry.ts";
import { growTree } from "../../../staging/grow-tree.ts";
import type { Tree, TreeEntry } from "../../../staging/tree.ts";
import { scratch } from "../../__fixtures__/scratch.ts";
import { readCabinet } from "../cabinet/cabinet-reader.ts";
import { readCfb } from "../cfb/cfb-reader.ts";
import { type ReadDatabase, readDatabase } from "../database/database-reader.ts";
import { idtText } from "../database/idt.ts";
import { readSummary, type SummaryInformation, summaryStream } from "../summary/summary-information.ts";
import { courier, courierTree } from "./__fixtures__/courier.ts";
import { programBytes } from "./__fixtures__/program.ts";
import { guidOf } from "./guid.ts";
import { writeInstaller } from "./installer.ts";
import { fileNameColumn, keyOf } from "./names.ts";
import type { MsiOptions } from "./options.ts";
import { versionResource } from "./version-resource.ts";
import { wslRequirements } from "./wsl.ts";

const epoch = 1_700_000_000;
const options: MsiOptions = {
  ...courier,
  requirements: wslRequirements,
  services: [
    {
      name: "courier",
      title: "Courier",
      description: "carries messages",
      program: "bin/courier.exe",
      arguments: "serve",
    },
  ],
};

async function write(
  context: TestContext,
  input: Tree = courierTree,
  changed: Partial<MsiOptions> = {},
): Promise<Buffer> {
  const folder = await scratch(context);
  const job = { tree: input, epoch, format: { ...options, ...changed } };
  const bytes = await collect(writeInstaller(job, { spool: join(folder, "spool"), packed: () => undefined }));
  assert.deepEqual(await readdir(folder), [], "no spool is left");
  return bytes;
}

interface Read extends ReadDatabase {
  readonly summary: SummaryInformation;
  readonly files: ReadonlyMap<string, string>;
}

async function read(context: TestContext, bytes: Buffer): Promise<Read> {
  const name = join(await scratch(context), "it.msi");
  await writeFile(name, bytes);
  const file = await open(name);
  try {
    const database = await readDatabase((await readCfb(file, bytes.length)).streams);
    const summary = database.streams.get(summaryStream);
    const cabinet = database.streams.get("product.cab");
    assert.ok(summary !== undefined && cabinet !== undefined);
    const files = new Map<string, string>();
    for await (const { name: key, content } of readCabinet(cabinet.content()))
      files.set(key, sha256(await collect(content)));
    return { ...database, summary: readSummary(await collect(summary.content())), files };
  } finally {
    await file.close();
  }
}

/** All tables, one after the other. */
const idt = ({ tables }: ReadDatabase) =>
  [...tables]
    .map(([name, table]) => idtText(name, table))
    .sort()
    .join("\n");

const value = ({ tables }: ReadDatabase, property: string) =>
  tables.get("Property")?.rows.find(([name]) => name === property)?.[1];

test("the tables of an installer", async (context) => {
  const found = await read(context, await write(context));
  assert.deepEqual(found.miscounted, []);
  // It follows from the compressed bytes too, and zlib is not the same on every processor.
  assertGolden(
    import.meta.url,
    "courier.idt",
    idt(found).replace(String(value(found, "ProductCode")), "{ProductCode}"),
  );
  assert.deepEqual(found.summary, {
    title: "Installation Database",
    subject: "Courier 1.2.0",
    author: "Zoë Courier",
    keywords: "Installer",
    comments: "Installs Courier for all users of the machine.",
    template: "x64;1033",
    revision: found.summary.revision,
    created: epoch,
    saved: epoch,
    pageCount: 500,
    wordCount: 2,
    application: "Slipway",
    security: 2,
  });
  assert.match(found.summary.revision ?? "", /^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/);
});

test("the cabinet has the files under the keys of the File table, in their order", async (context) => {
  const { tables, files } = await read(context, await write(context));
  const rows = (tables.get("File")?.rows ?? []).toSorted((a, b) => Number(a[7]) - Number(b[7]));
  assert.deepEqual(
    [...files.keys()],
    rows.map(([key]) => key),
  );
  const wanted = courierTree.entries.flatMap((entry) => (entry.type === "file" ? [entry.sha256] : []));
  assert.deepEqual([...files.values()], wanted);
});

test("equal jobs give equal bytes; another file changes the codes of product and package, and no component's", async (context) => {
  const first = await write(context);
  assert.ok(first.equals(await write(context)));
  const other = growTree([
    ...courierTree.entries.filter(({ path, type }) => type === "file" && path !== "share/doc/courier/LICENSE"),
    inlineEntry("share/doc/courier/LICENSE", "Do as I like.\n", "bin"),
  ]);
  const [a, b] = [await read(context, first), await read(context, await write(context, other))];
  assert.notEqual(value(a, "ProductCode"), value(b, "ProductCode"));
  assert.notEqual(value(a, "ProductCode"), a.summary.revision);
  assert.notEqual(a.summary.revision, b.summary.revision);
  assert.equal(value(a, "UpgradeCode"), value(b, "UpgradeCode"));
  assert.deepEqual(a.tables.get("Component")?.rows, b.tables.get("Component")?.rows);
});

test("arm64 is another template and other components; a rollback build replaces newer versions", async (context) => {
  const [x64, arm] = [
    await read(context, await write(context)),
    await read(context, await write(context, courierTree, { architecture: "arm64" })),
  ];
  assert.equal(arm.summary.template, "Arm64;1033");
  assert.notEqual(value(arm, "UpgradeCode"), value(x64, "UpgradeCode"));
  const ids = ({ tables }: ReadDatabase) => tables.get("Component")?.rows.map((row) => row[1]);
  assert.notDeepEqual(ids(arm), ids(x64));
  const back = await read(context, await write(context, courierTree, { downgrades: "allowed" }));
  assert.ok(
    back.tables.get("LaunchCondition")?.rows.every(([condition]) => String(condition).startsWith("Installed OR")),
  );
  assert.deepEqual(
    back.tables.get("Upgrade")?.rows.map((row) => row.slice(1)),
    [["0.0.0", undefined, undefined, 0x101, undefined, "REPLACEDVERSIONS"]],
  );
  assert.notEqual(value(back, "ProductCode"), value(x64, "ProductCode"));
});

test("hooks are commands of the installer, the first one vital and undone by the second on a first installation", async (context) => {
  const hooks = { postInstall: "bin/courier-bridge.ps1", preRemove: "bin/courier-bridge.ps1" };
  const { tables } = await read(context, await write(context, courierTree, { services: [], hooks }));
  const actions = tables.get("CustomAction")?.rows.map(([key, type]) => [key, type]);
  assert.deepEqual(actions, [
    ["hook.postInstall", 3106],
    ["hook.preRemove", 3170],
    ["hook.undo", 3426],
  ]);
  const sequence = tables.get("InstallExecuteSequence")?.rows.filter(([key]) => String(key).startsWith("hook."));
  assert.deepEqual(sequence, [
    ["hook.postInstall", "NOT Installed", 6501],
    ["hook.preRemove", 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE', 1700],
    ["hook.undo", "NOT Installed AND NOT REPLACEDVERSIONS", 6500],
  ]);
});

test("GUIDs follow from their words, and keep to version 5 and its variant", () => {
  const guid = guidOf("component", "x64", "a");
  // Written down once: a change here would make every installed product another one.
  assert.equal(guid, "{EA446B82-EA5D-5F38-9B68-CC82681D3337}");
  assert.match(guid, /^\{[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}$/);
  assert.notEqual(guidOf("component", "x6", "4a"), guid);
  assert.notEqual(guidOf("product", "x64", "a"), guid);
});

test("keys are identifiers, short names are of 8 and 3 letters and each is there once in a folder", () => {
  for (const path of ["bin/a b.exe", "bin/größe", `bin/${"n".repeat(200)}`])
    assert.match(keyOf("file", path), /^[a-z][A-Za-z0-9_.]{0,71}$/);
  assert.notEqual(keyOf("file", "a/b"), keyOf("file", "a.b"));
  const taken = new Set<string>();
  const names = [
    "readme.txt",
    "README.TXT2",
    "courier-bridge.ps1",
    "courier-bridges.ps1",
    "größe.toml",
    "no extension",
    ".hidden",
    "a.b.c",
  ];
  const columns = names.map((name) => fileNameColumn(name, taken));
  assert.equal(columns[0], "readme.txt");
  for (const [at, column] of columns.slice(1).entries()) {
    assert.match(column, /^[A-Z0-9]{1,8}(\.[A-Z0-9]{1,3})?\|/);
    assert.ok(column.endsWith(`|${names[at + 1]}`));
  }
  assert.equal(taken.size, names.length);
  // A second file whose own name is one that was made up for another.
  assert.match(fileNameColumn(columns[2]?.split("|")[0] ?? "", taken), /\|/);
});

const file = (path: string) => inlineEntry(path, "x", "bin");
const base = { mode: 0o777, owner: "root", group: "root", part: "bin" } as const;
const link: TreeEntry = { ...base, type: "symlink", path: "bin/l", target: "x" };
const empty: TreeEntry = { ...base, type: "directory", path: "var" };
const whole = [file("bin/a")];
type Refused = readonly [name: string, entries: readonly TreeEntry[], says: string, changed?: Partial<MsiOptions>];
const refused: readonly Refused[] = [
  ["no file", [], "no file"],
  ["a link", [...whole, link], "is a link"],
  ["an empty folder", [...whole, empty], "is an empty folder"],
  ["a name that is a device", [file("bin/nul.txt")], "is a device"],
  ["two names that Windows takes for one", [...whole, file("bin/A")], "one name on Windows"],
  ["a PATH without programs", [file("lib/a")], "bin is to be on the PATH"],
  ["a service without a program", [...whole, file("lib/x")], "to run bin/courier.exe, which is no file"],
  ["a hook that is no file", whole, "to run bin/x.ps1, which is no file", { hooks: { preRemove: "bin/x.ps1" } }],
  ["a hook that is no script", whole, "no PowerShell script", { hooks: { postInstall: "bin/a" } }],
  [
    "a service whose name is part of a command",
    whole,
    "is no name of a service",
    { services: [{ name: 'a" & b', title: "a", description: "a", program: "bin/a" }] },
  ],
  ["a title that Windows cuts", whole, "64 characters", { title: "t".repeat(64) }],
  ["a folder in a folder", whole, "has a slash", { folder: "a/b" }],
  ["a folder that Windows does not allow", whole, "does not allow", { folder: "a:b" }],
];
for (const [what, entries, says, changed] of refused) {
  test(`${what} is refused`, async (context) => {
    await assert.rejects(write(context, growTree(entries), changed), (error) => {
      assert.ok(error instanceof SlipwayError && error.code === "SLW-FORMAT", String(error));
      assert.ok(error.message.includes(says), error.message);
      return true;
    });
  });
}

test("a version resource is read, and what is none or is damaged has no version", async () => {
  const bytes = programBytes("10.20.30.40", 1033);
  const from = (of: Buffer) =>
    versionResource(async (at, length) => (at + length > of.length ? undefined : of.subarray(at, at + length)));
  assert.deepEqual(await from(bytes), { version: "10.20.30.40", language: "1033" });
  for (let length = 0; length < bytes.length; length += 7)
    assert.equal(await from(bytes.subarray(0, length)), undefined);
  for (let at = 0; at < bytes.length; at += 1) {
    for (const byte of [0, 0x7f, 0xff]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = byte;
      assert.match((await from(damaged))?.version ?? "0.0.0.0", /^\d+(\.\d+){3}$/);
    }
  }
});
