import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineEntry } from "../../../../staging/file-entry.ts";
import { growTree } from "../../../../staging/grow-tree.ts";
import { databaseStreams } from "../../database/database.ts";
import { readDatabase } from "../../database/database-reader.ts";
import { type Table, table } from "../../database/table.ts";
import { courier } from "../__fixtures__/courier.ts";
import { layOutTree } from "../layout.ts";
import { keyOf } from "../names.ts";
import type { MsiOptions } from "../options.ts";
import { installerTables } from "../tables.ts";
import { iceMistakes } from "./ice.ts";

const tree = growTree([
  inlineEntry("bin/courier.exe", "x", "bin"),
  inlineEntry("bin/helper.exe", "y", "bin"),
  inlineEntry("bin/set-up.ps1", "exit 0", "bin"),
]);
const product = "{00000000-0000-5000-8000-000000000001}";
const codes = { product, package: product };

function tables(): readonly Table[] {
  const layout = layOutTree(tree, courier);
  const facts = new Map(layout.files.map(({ key }) => [key, { md5: Buffer.alloc(16, 7) }]));
  return installerTables(layout, courier, codes, facts);
}

async function mistakesOf(all: readonly Table[], template = "x64;1033"): Promise<string[]> {
  const streams = databaseStreams(all).map(({ name, size, content }) => ({ path: name, size, content: () => content }));
  const database = await readDatabase(streams);
  return iceMistakes({ database, summary: { template } }).map(({ message }) => message);
}

type Rows = Table["rows"];
type Change = readonly [table: string, change: (rows: Rows) => Rows];

/** The tables of a good installer, with the rows of one changed. */
function changed(...[name, change]: Change): readonly Table[] {
  return tables().map((it) => (it.name === name ? { ...it, rows: change(it.rows) } : it));
}

const first = (values: Rows[number]) => (rows: Rows) => rows.map((row, at) => (at === 0 ? { ...row, ...values } : row));
const all = (values: Rows[number]) => (rows: Rows) => rows.map((row) => ({ ...row, ...values }));
const without = (column: string, value: string) => (rows: Rows) => rows.filter((row) => row[column] !== value);
const where = (column: string, value: string, values: Rows[number]) => (rows: Rows) =>
  rows.map((row) => (row[column] === value ? { ...row, ...values } : row));
const add = (values: Rows[number]) => (rows: Rows) => [...rows, values];

test("an installer of ours passes every check, and a rollback build too", async () => {
  assert.deepEqual(await mistakesOf(tables()), []);
  const back: MsiOptions = {
    ...courier,
    ...{ downgrades: "allowed", architecture: "arm64" },
    services: [{ name: "courier-d", title: "Courier", description: "carries", program: "bin/courier.exe" }],
    hooks: { postInstall: "bin/set-up.ps1", preRemove: "bin/set-up.ps1" },
  };
  const layout = layOutTree(tree, back);
  const facts = new Map(
    layout.files.map(({ key }) => [key, { md5: Buffer.alloc(16), version: "1.0", language: "1033" }]),
  );
  assert.deepEqual(await mistakesOf(installerTables(layout, back, codes, facts), "Arm64;1033"), []);
});

const sequence = "InstallExecuteSequence";
const wrong: readonly (readonly [says: string, ...Change])[] = [
  [
    'ICE03: Component.Directory_ is "NOWHERE", which is in none of Directory',
    "Component",
    first({ Directory_: "NOWHERE" }),
  ],
  ['ICE03: Component.ComponentId is "{x}", which is no Guid', "Component", first({ ComponentId: "{x}" })],
  ['ICE03: File.FileName is "a?b", which is no Filename', "File", first({ FileName: "a?b" })],
  ['ICE03: File.FileName is "longer-than-8.txt"', "File", first({ FileName: "longer-than-8.txt" })],
  ["ICE03: File.FileSize is -1, which is less than 0", "File", first({ FileSize: -1 })],
  ['ICE03: File.Version is "1.70000", which is no Version', "File", first({ Version: "1.70000", Language: "1033" })],
  ["ICE03: Feature.Attributes is 55, which is more than 54", "Feature", first({ Attributes: 55 })],
  ['ICE03: Media.Cabinet is "#a b", which is no Cabinet', "Media", first({ Cabinet: "#a b" })],
  ['ICE03: LaunchCondition.Condition is "(A"', "LaunchCondition", first({ Condition: "(A" })],
  ['ICE03: LaunchCondition.Description is "[A"', "LaunchCondition", first({ Description: "[A" })],
  ['ICE03: Upgrade.ActionProperty is "lower"', "Upgrade", first({ ActionProperty: "lower" })],
  ['ICE03: Directory.DefaultDir is "a*b"', "Directory", first({ DefaultDir: "a*b" })],
  ['ICE03: _Validation.Nullable is "X", which is none of Y;N', "_Validation", first({ Nullable: "X" })],
  [
    'ICE03: Property.Value is "1", which is of the unknown category Words',
    "_Validation",
    where("Column", "Value", { Category: "Words" }),
  ],
  ["ICE04: ", "Media", first({ LastSequence: 1 })],
  ["ICE04: Two files are number 1", "File", all({ Sequence: 1 })],
  ["ICE06: File.Version is not in the table _Validation", "_Validation", without("Column", "Version")],
  [
    "ICE06: Gone.It is in the table _Validation, and nowhere",
    "_Validation",
    add({ Table: "Gone", Column: "It", Nullable: "Y" }),
  ],
  ["ICE08: Two components have the GUID {00000000", "Component", all({ ComponentId: product })],
  ["ICE16: The property ProductName has 64", "Property", where("Property", "ProductName", { Value: "n".repeat(64) })],
  ["ICE18: ", "Component", all({ KeyPath: undefined })],
  ["ICE21: ", "FeatureComponents", (rows) => rows.slice(1)],
  ["ICE24: The property ProductCode is missing", "Property", without("Property", "ProductCode")],
  [
    'ICE24: The property ProductVersion is "256.0.0"',
    "Property",
    where("Property", "ProductVersion", { Value: "256.0.0" }),
  ],
  [`ICE26: ${sequence} has no FileCost`, sequence, without("Action", "FileCost")],
  [
    `ICE27: In ${sequence}, CostInitialize comes after FileCost`,
    sequence,
    where("Action", "CostInitialize", { Sequence: 950 }),
  ],
  [
    `ICE27: In ${sequence}, RemoveFiles comes after RemoveFolders`,
    sequence,
    where("Action", "RemoveFiles", { Sequence: 4001 }),
  ],
  [`ICE27: Two actions of ${sequence} have one number`, sequence, where("Action", "FileCost", { Sequence: 800 })],
  ["ICE30: Two files are one.exe of the folder", "File", all({ FileName: "ONE.EXE" })],
  ["ICE60: ", "File", first({ Version: "1.0" })],
  ["ICE61: The Upgrade table asks for 3.0.0 up to 1.2.0", "Upgrade", first({ VersionMin: "3.0.0" })],
  [
    "ICE61: REPLACEDVERSIONS of the Upgrade table is not",
    "Property",
    where("Property", "SecureCustomProperties", { Value: "NEWERVERSION" }),
  ],
  [
    "ICE61: A row of the Upgrade table has no version",
    "Upgrade",
    first({ VersionMin: undefined, VersionMax: undefined }),
  ],
  ["ICE61: Two rows of the Upgrade table set NEWERVERSION", "Upgrade", all({ ActionProperty: "NEWERVERSION" })],
  [
    "ICE63: RemoveExistingProducts comes after RemoveFiles",
    sequence,
    where("Action", "RemoveExistingProducts", { Sequence: 3600 }),
  ],
  ["ICE63: There is an Upgrade table", sequence, without("Action", "RemoveExistingProducts")],
  ["ICE65: path of the Environment table would replace", "Environment", first({ Value: "[INSTALLDIR]" })],
  ["ICE65: path of the Environment table names no variable", "Environment", first({ Name: "=-*" })],
  ["ICE80: ", "Component", first({ Attributes: 0 })],
  [
    `ICE84: InstallFinalize of ${sequence} has a condition`,
    sequence,
    where("Action", "InstallFinalize", { Condition: "1" }),
  ],
  ["ICE96: AdvtExecuteSequence has no PublishProduct", "AdvtExecuteSequence", without("Action", "PublishProduct")],
  ["ICE99: INSTALLDIR is a folder, and a property", "Property", add({ Property: "INSTALLDIR", Value: "x" })],
  ["ICE101: Product has the level 0", "Feature", first({ Level: 0 })],
];
for (const [says, name, change] of wrong) {
  test(`told: ${says}`, async () => {
    const found = await mistakesOf(changed(name, change));
    assert.ok(
      found.some((message) => message.startsWith(says)),
      found.join("\n"),
    );
  });
}

const own = { Action: "own", Source: "INSTALLDIR", Target: "x" };
type Placed = readonly [says: string, type: number, number: number];
const placed: readonly Placed[] = [
  [`ICE12: In ${sequence}, own is not after CostFinalize`, 35, 900],
  [`ICE12: In ${sequence}, own is not before CostFinalize`, 51, 1100],
  ["ICE68: own is of type 1027, which there is not", 1027, 1600],
  ["ICE68: own is to run as the system, and is not deferred", 34 + 2048, 1600],
  [`ICE75: In ${sequence}, own is not after CostFinalize`, 18, 900],
  [`ICE77: In ${sequence}, own is not between`, 34 + 1024, 1400],
  [`ICE77: In ${sequence}, own is not between`, 34 + 1024, 6700],
];
for (const [says, type, number] of placed) {
  test(`told of a custom action of type ${type} at ${number}: ${says}`, async () => {
    const actions = add({ ...own, Type: type });
    const found = await mistakesOf(
      changed("CustomAction", actions).map((it) =>
        it.name === sequence ? { ...it, rows: add({ Action: "own", Sequence: number })(it.rows) } : it,
      ),
    );
    assert.ok(
      found.some((message) => message.startsWith(says)),
      found.join("\n"),
    );
  });
}

test("told: ICE12: own sets NOWHERE, which is no folder", async () => {
  const found = await mistakesOf(changed("CustomAction", add({ ...own, Type: 35, Source: "NOWHERE" })));
  assert.ok(found.includes("ICE12: own sets NOWHERE, which is no folder."), found.join("\n"));
});

const component = componentOf("bin/courier.exe");
/** Tables that ours do not have, each with what is wrong in it. */
const foreign: readonly (readonly [says: string, extra: Table])[] = [
  [
    `ICE57: ${component} has what is one user's`,
    table({ name: "Registry", keys: 1, columns: { Registry: "s72", Root: "i2", Component_: "s72" } }, [
      { Registry: "a", Root: 1, Component_: component },
    ]),
  ],
  [
    `ICE57: ${component} has files, and values that may be`,
    table({ name: "Registry", keys: 1, columns: { Registry: "s72", Root: "i2", Component_: "s72" } }, [
      { Registry: "a", Root: -1, Component_: component },
    ]),
  ],
  [`ICE62: ${component} is isolated, and not counted`, isolated(component, componentOf("bin/helper.exe"))],
  ["ICE62: component.folders has a component of its own, and no file", isolated(component, "component.folders")],
  ["ICE102: a sets 9 of a service, and 3 to 7", serviceSetting({ Event: 1, ConfigType: 9, Argument: "1" })],
  ['ICE102: a sets a service to "2"', serviceSetting({ Event: 1, ConfigType: 3, Argument: "2" })],
  ["ICE102: a is for the event 8", serviceSetting({ Event: 8, ConfigType: 3, Argument: "1" })],
  [
    "ICE102: a has 2 actions for a service that failed, and 1 delays",
    table(
      {
        name: "MsiServiceConfigFailureActions",
        keys: 1,
        columns: { MsiServiceConfigFailureActions: "s72", Event: "i2", Actions: "S255", DelayActions: "S255" },
      },
      [{ MsiServiceConfigFailureActions: "a", Event: 1, Actions: "1[~]0", DelayActions: "5" }],
    ),
  ],
];
for (const [says, extra] of foreign) {
  test(`told: ${says}`, async () => {
    const found = await mistakesOf([...tables(), extra]);
    assert.ok(
      found.some((message) => message.startsWith(says)),
      found.join("\n"),
    );
  });
}

test("told: ICE62: a component that is in another feature than the program that it is isolated for", async () => {
  const helper = componentOf("bin/helper.exe");
  const others = changed("FeatureComponents", without("Component_", component)).map((it) => {
    if (it.name === "Feature") return { ...it, rows: add({ Feature: "Other", Level: 1, Attributes: 0 })(it.rows) };
    if (it.name !== "FeatureComponents") return it;
    return { ...it, rows: add({ Feature_: "Other", Component_: component })(it.rows) };
  });
  const found = await mistakesOf([...others, isolated(component, helper)]);
  assert.ok(
    found.includes(`ICE62: ${component} is isolated for ${helper}, and not in its feature Product.`),
    found.join("\n"),
  );
});

function componentOf(path: string): string {
  return keyOf("component", path);
}

function isolated(shared: string, program: string): Table {
  const columns = { Component_Shared: "s72", Component_Application: "s72" } as const;
  return table({ name: "IsolatedComponent", keys: 2, columns }, [
    { Component_Shared: shared, Component_Application: program },
  ]);
}

function serviceSetting(values: { readonly Event: number; readonly ConfigType: number; readonly Argument: string }) {
  const columns = { MsiServiceConfig: "s72", Event: "i2", ConfigType: "i4", Argument: "S255" } as const;
  return table({ name: "MsiServiceConfig", keys: 1, columns }, [{ MsiServiceConfig: "a", ...values }]);
}
