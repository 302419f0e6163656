import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect, contentOf } from "../../packaging/containers/member-content.ts";
import { writeCabinet } from "../../packaging/formats/windows/cabinet/cabinet.ts";
import { writeCfb } from "../../packaging/formats/windows/cfb/cfb.ts";
import { databaseStreams } from "../../packaging/formats/windows/database/database.ts";
import { table } from "../../packaging/formats/windows/database/table.ts";
import { courier, courierTree } from "../../packaging/formats/windows/installer/__fixtures__/courier.ts";
import { writeInstaller } from "../../packaging/formats/windows/installer/installer.ts";
import { encodeSummary } from "../../packaging/formats/windows/summary/summary-information.ts";

/** Whole inputs of the readers of Windows' formats, small and the same in every run. */

const scratch = mkdtempSync(join(tmpdir(), "slipway-fuzz-windows-"));
const epoch = 1_700_000_000;

async function cabinetOf(files: readonly (readonly [name: string, content: Buffer])[]): Promise<Buffer> {
  const file = join(scratch, "seed.cab");
  const members = files.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) }));
  await writeCabinet(members, epoch, file);
  return readFile(file);
}

export const cabinets = [
  await cabinetOf([
    ["one", Buffer.from("some text, some more text\n")],
    ["two", Buffer.alloc(40_000, 7)],
    ["three", Buffer.alloc(0)],
  ]),
  await cabinetOf([["a", Buffer.from("a")]]),
];

const clsid = Buffer.alloc(16, 1);
const cfbOf = (streams: readonly (readonly [name: string, content: Buffer])[]) =>
  collect(
    writeCfb(
      streams.map(([name, content]) => ({ name, size: content.length, content: contentOf(content) })),
      clsid,
    ),
  );

export const compoundFiles = [
  await cfbOf([
    ["small", Buffer.alloc(100, 1)],
    ["big", Buffer.alloc(5000, 2)],
    ["other", Buffer.alloc(4096, 3)],
  ]),
  await cfbOf(["a", "b", "c", "d", "e", "f"].map((name) => [name, Buffer.from(name)] as const)),
];

const property = { name: "Property", keys: 1, columns: { Property: "s72", Value: "l0" } } as const;
const mixed = { name: "Mixed", keys: 2, columns: { Key: "s72", Number: "i2", Long: "I4", Data: "V0" } } as const;

/** The streams of a database, each one of which may be damaged. */
export const databaseParts: readonly (readonly [name: string, bytes: Buffer])[] = await Promise.all(
  databaseStreams([
    table(property, [
      { Property: "ProductName", Value: "Größe" },
      { Property: "Other", Value: "Größe" },
    ]),
    table(mixed, [
      { Key: "k", Number: 1, Long: -5, Data: Buffer.from("bytes") },
      { Key: "k", Number: 2 },
    ]),
  ]).map(async ({ name, content }) => [name, await collect(content)] as const),
);

export const summaries = [
  encodeSummary({ title: "A product", author: "Zoë", created: epoch, saved: 0, pageCount: 500, security: 2 }),
  encodeSummary({ title: "日本" }),
];

const context = { spool: join(scratch, "spool"), packed: () => undefined };

export const installers = [await collect(writeInstaller({ tree: courierTree, epoch, format: courier }, context))];
rmSync(scratch, { recursive: true });
