import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type TestContext, test } from "node:test";
import { findExecutables, searchPath } from "../../bootstrap/executable.mjs";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { scratch } from "../../packaging/formats/__fixtures__/scratch.ts";
import { writeCabinet } from "../../packaging/formats/windows/cabinet/cabinet.ts";
import { readCabinet } from "../../packaging/formats/windows/cabinet/cabinet-reader.ts";
import { writeCfb } from "../../packaging/formats/windows/cfb/cfb.ts";
import { readCfb } from "../../packaging/formats/windows/cfb/cfb-reader.ts";
import { databaseStreams } from "../../packaging/formats/windows/database/database.ts";
import { readDatabase } from "../../packaging/formats/windows/database/database-reader.ts";
import { encodeStreamName } from "../../packaging/formats/windows/database/stream-name.ts";
import { table } from "../../packaging/formats/windows/database/table.ts";
import { componentSchema } from "../../packaging/formats/windows/installer/tables/components.ts";
import { directorySchema } from "../../packaging/formats/windows/installer/tables/directories.ts";
import { fileSchema } from "../../packaging/formats/windows/installer/tables/files.ts";
import { mediaSchema } from "../../packaging/formats/windows/installer/tables/media.ts";
import { propertySchema } from "../../packaging/formats/windows/installer/tables/properties.ts";
import {
  encodeSummary,
  readSummary,
  summaryStream,
} from "../../packaging/formats/windows/summary/summary-information.ts";
import { run } from "../../packaging/process.ts";
import { machineTool } from "../tools.ts";

const cabextract = machineTool("cabextract", "cabextract");
const gcab = machineTool("gcab", "gcab");
const msiinfo = machineTool("msiinfo", "msitools");
const msibuild = machineTool("msibuild", "msitools");
const msiextract = machineTool("msiextract", "msitools");
/** The package names its program differently from release to release. */
const sevenZipName = ["7zz", "7z"].find((name) => findExecutables(name, { path: searchPath(process.env) }).length > 0);
const sevenZip = machineTool(sevenZipName ?? "7zz", "7zip");

const epoch = 1_700_000_000;
const utf8 = { LC_ALL: "C.UTF-8", TZ: "UTC" };

/** Text that compresses, text that does not, a file on the edge of a block, an empty one. */
const files: readonly (readonly [name: string, content: Buffer])[] = [
  ["readme", Buffer.from("Nothing of it is kept.\n".repeat(9000))],
  ["noise", noise(100_000)],
  ["empty", Buffer.alloc(0)],
  ["zeros", Buffer.alloc(65_536)],
  ["last", Buffer.from("hello")],
];

/** The same on each run, and of no pattern that deflate finds. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 23;
    }),
  );
}

async function cabinetIn(folder: string): Promise<string> {
  const file = join(folder, "ours.cab");
  await writeCabinet(
    files.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) })),
    epoch,
    file,
  );
  return file;
}

async function assertUnpacked(folder: string, wanted: typeof files = files): Promise<void> {
  for (const [name, content] of wanted) assert.ok((await readFile(join(folder, name))).equals(content), name);
}

for (const [name, unpack] of [
  ["cabextract", (file: string, folder: string) => run({ file: cabextract, args: ["-q", "-d", folder, file] })],
  ["gcab", (file: string, folder: string) => run({ file: gcab, args: ["-x", "-C", folder, file] })],
  ["7-Zip", (file: string, folder: string) => run({ file: sevenZip, args: ["x", "-y", `-o${folder}`, file] })],
] as const) {
  test(`${name} unpacks our cabinet, and finds a byte that is wrong`, async (context) => {
    const folder = await scratch(context);
    const file = await cabinetIn(folder);
    const out = join(folder, "out");
    await mkdir(out);
    await unpack(file, out);
    await assertUnpacked(out);
    assert.deepEqual((await readdir(out)).sort(), files.map(([key]) => key).sort());
    const bytes = await readFile(file);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await assert.rejects(unpack(file, out), { name: "SlipwayError" });
  });
}

test("our reader reads the cabinet of gcab", async (context) => {
  const folder = await scratch(context);
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  await run({ file: gcab, args: ["-c", "-z", "-n", "theirs.cab", ...files.map(([name]) => name)], folder });
  const found: [string, Buffer][] = [];
  for await (const { name, content } of readCabinet(contentOf(await readFile(join(folder, "theirs.cab"))))) {
    found.push([name, await collect(content)]);
  }
  assert.deepEqual(found, files);
});

test("7-Zip unpacks a compound file whose allocation table goes on beyond its header", async (context) => {
  const folder = await scratch(context);
  const file = join(folder, "large.cfb");
  const streams = [
    ["large", noise(8 * 1024 * 1024)],
    ["small", Buffer.from("mini")],
  ] as const;
  const members = streams.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) }));
  await pipeline(writeCfb(members, Buffer.alloc(16)), createWriteStream(file));
  await run({ file: sevenZip, args: ["x", "-y", `-o${join(folder, "out")}`, file] });
  await assertUnpacked(join(folder, "out"), streams);
});

const binary = { name: "Binary", keys: 1, columns: { Name: "s72", Data: "v0" } } as const;

const icon = Buffer.from("an icon that is none");
const tables = () => [
  table(propertySchema, [
    { Property: "ProductName", Value: "Courier" },
    { Property: "Answer", Value: "no" },
  ]),
  table(directorySchema, [
    { Directory: "TARGETDIR", DefaultDir: "SourceDir" },
    { Directory: "INSTALLDIR", Directory_Parent: "TARGETDIR", DefaultDir: "app|Courier" },
  ]),
  table(componentSchema, [{ Component: "c", Directory_: "INSTALLDIR", Attributes: 256, KeyPath: "readme" }]),
  table(
    fileSchema,
    files.map(([name, content], at) => ({
      ...{ File: name, Component_: "c", FileName: `${name}.bin`, FileSize: content.length, Sequence: at + 1 },
    })),
  ),
  table(mediaSchema, [{ DiskId: 1, LastSequence: files.length, Cabinet: "#product.cab" }]),
  table(binary, [{ Name: "icon", Data: icon }]),
];
const summary = {
  ...{ title: "Installation Database", subject: "Courier", author: "Courier Team", template: "x64;1033" },
  ...{ revision: "{00000000-0000-0000-0000-000000000002}", created: epoch, saved: epoch },
  ...{ pageCount: 500, wordCount: 2, application: "Slipway", security: 2 },
};

/** A database of a small product, with its cabinet inside. */
async function installer(context: TestContext): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await scratch(context);
  const cabinet = await readFile(await cabinetIn(folder));
  const information = encodeSummary(summary);
  const file = join(folder, "ours.msi");
  const streams = [
    ...databaseStreams(tables()),
    { name: summaryStream, size: information.length, content: contentOf(information) },
    {
      name: encodeStreamName({ name: "product.cab", table: false }),
      size: cabinet.length,
      content: contentOf(cabinet),
    },
  ];
  await pipeline(writeCfb(streams, Buffer.from("84100c0000000000c000000000000046", "hex")), createWriteStream(file));
  return { folder, file };
}

test("msiinfo reads the tables, streams and summary information of our database", async (context) => {
  const { file } = await installer(context);
  const ask = async (...args: string[]) => {
    const { stdout, stderr } = await run({ file: msiinfo, args, environment: utf8 });
    assert.equal(stderr, "");
    return stdout.replaceAll("\r", "").split("\n");
  };
  const names = ["Binary", "Component", "Directory", "File", "Media", "Property"];
  const found = (await ask("tables", file)).filter((name) => !name.startsWith("_"));
  assert.deepEqual(found, names);
  assert.deepEqual((await ask("streams", file)).sort(), [summaryStream, "Binary.icon", "product.cab"]);
  assert.deepEqual(await ask("export", file, "Component"), [
    "Component\tComponentId\tDirectory_\tAttributes\tCondition\tKeyPath",
    "s72\tS38\ts72\ti2\tS255\tS72",
    "Component\tComponent",
    "c\t\tINSTALLDIR\t256\t\treadme",
  ]);
  const facts = await ask("suminfo", file);
  for (const line of [
    "Title: Installation Database",
    "Template: x64;1033",
    "Revision number (UUID): {00000000-0000-0000-0000-000000000002}",
    "Created: Tue Nov 14 22:13:20 2023",
    "Version: 500 (1f4)",
    "Security: 2 (2)",
  ]) {
    assert.ok(facts.includes(line), `${line}\nin\n${facts.join("\n")}`);
  }
});

test("msiextract unpacks the product byte for byte, and 7-Zip finds the file whole", async (context) => {
  const { folder, file } = await installer(context);
  const out = join(folder, "out");
  await run({ file: msiextract, args: ["-C", out, file] });
  await assertUnpacked(
    join(out, "Courier"),
    files.map(([name, content]) => [`${name}.bin`, content] as const),
  );
  assert.match((await run({ file: sevenZip, args: ["t", file] })).stdout, /^Everything is Ok$/m);
});

test("our reader reads what msibuild made of the same tables", async (context) => {
  const { folder, file } = await installer(context);
  const names = ["Property", "Directory", "Component", "File", "Media"];
  for (const name of names) {
    const { stdout } = await run({ file: msiinfo, args: ["export", file, name] });
    await writeFile(join(folder, `${name}.idt`), `${stdout}\r\n`);
  }
  const theirs = join(folder, "theirs.msi");
  for (const name of names) await run({ file: msibuild, args: [theirs, "-i", join(folder, `${name}.idt`)] });
  await run({ file: msibuild, args: [theirs, "-s", "Courier", "Courier Team", "x64;1033", summary.revision] });
  await run({ file: msibuild, args: [theirs, "-a", "product.cab", join(folder, "ours.cab")] });
  const [mine, other] = [await readInstaller(file), await readInstaller(theirs)];
  for (const name of names) assert.deepEqual(other.tables.get(name), mine.tables.get(name), name);
  assert.deepEqual(other.summary.revision, summary.revision);
  assert.deepEqual(mine.summary, summary);
  assert.ok(other.cabinet.equals(mine.cabinet));
});

async function readInstaller(name: string) {
  const file = await open(name);
  try {
    const { streams } = await readCfb(file, (await file.stat()).size);
    const { tables: found, streams: others } = await readDatabase(streams);
    const bytesOf = async (stream: string) => collect(others.get(stream)?.content() ?? contentOf(Buffer.alloc(0)));
    const sorted = [...found].map(([key, { columns, rows }]) => {
      return [key, { columns, rows: rows.map((row) => JSON.stringify(row)).sort() }] as const;
    });
    return {
      tables: new Map(sorted),
      summary: readSummary(await bytesOf(summaryStream)),
      cabinet: await bytesOf("product.cab"),
    };
  } finally {
    await file.close();
  }
}
