import path from "node:path";
import { z } from "zod";
import { readSealed, writeSealed } from "../builds/sealed-file.ts";
import type { ChannelRecord } from "../channels/entry.ts";
import { sha256 } from "../digest.ts";
import { releaseFolder } from "../record/folder.ts";
import { inventoryLimit, parseInventoryOf } from "../record/inventory.ts";
import type { RecordedArtifact, ReleaseRecord } from "../record/record.ts";
import { stanza } from "../repositories/apt/stanza.ts";
import type { OfferedPackage, SuiteRelease } from "../repositories/apt/suite.ts";
import { sideBySide } from "../side-by-side.ts";
import { readRelease } from "./published-plan.ts";
import { readNamed, type Shelves } from "./read-named.ts";
import type { Release } from "./release-plan.ts";

/** Releases that are read side by side. */
const releasesAtOnce = 8;

/** Releases that a sheet remembers: a channel names at most 201, and a rollback names others again. */
const releasesRemembered = 400;

/**
 * What releases of one product offer to a suite, its channel's current one first. It follows from each record and the inventories that the record names,
 * so it is remembered in this machine's cache by the record's digest; what is not there is read from the bucket, or for
 * `planned`, which may not be published yet, is made from its record.
 */
export async function readOffers(
  at: Shelves,
  product: string,
  named: readonly ChannelRecord[],
  planned?: Release,
): Promise<readonly SuiteRelease[]> {
  const file = path.join(at.cacheFolder, "offers", `${product}.json`);
  const sheet = await readSheet(file);
  const made = await sideBySide(named, releasesAtOnce, async (one) => {
    const known = sheet.get(keyOf(one));
    if (known !== undefined) return [keyOf(one), known] as const;
    const isPlanned = planned?.folder === one.folder && planned.recordObject.sha256 === one.record.sha256;
    const { record } = isPlanned ? planned : await readRelease(at, product, one);
    return [keyOf(one), await packagesOf(at, product, one.folder, record)] as const;
  });
  const fresh = new Map(made);
  if (named.some((one) => !sheet.has(keyOf(one)))) await writeSheet(file, new Map([...fresh, ...sheet, ...fresh]));
  return named.map((one, at) => {
    return { product, folder: one.folder, current: at === 0, packages: fresh.get(keyOf(one)) ?? [] };
  });
}

function keyOf({ folder, record }: ChannelRecord): string {
  return `${folder} ${record.sha256}`;
}

async function packagesOf(
  at: Shelves,
  product: string,
  folder: string,
  { artifacts }: ReleaseRecord,
): Promise<readonly OfferedPackage[]> {
  const base = releaseFolder(product, folder);
  const debs = artifacts.filter(({ format }) => format === "deb");
  return Promise.all(
    debs.map(async (artifact) => ({ ...stanza(artifact, base), files: await filesOf(at, base, artifact) })),
  );
}

async function filesOf(at: Shelves, base: string, { name, inventory }: RecordedArtifact): Promise<readonly string[]> {
  const where = `${base}/${inventory.path}`;
  const bytes = await readNamed(at, { ...inventory, path: where }, inventoryLimit);
  const { entries } = parseInventoryOf(bytes, where, name);
  return entries.filter(({ type }) => type !== "directory").map((entry) => entry.path);
}

type Row = readonly [Omit<OfferedPackage, "files" | "text">, files: number, bytes: number];

/** Versions of a package mostly install the same paths: each list is kept once. The stanzas follow the sheet, in its order. */
interface Sheet {
  readonly form: string;
  readonly lists: readonly (readonly string[])[];
  readonly releases: readonly (readonly [key: string, packages: readonly Row[]])[];
}

/** The sheet's digest vouches for what is inside; this says only that code of this form wrote it. */
const sheetSchema = z.object({ form: z.string(), lists: z.array(z.unknown()), releases: z.array(z.unknown()) });

async function readSheet(file: string): Promise<ReadonlyMap<string, readonly OfferedPackage[]>> {
  const found = await readSealed(file);
  if (found === undefined || !sheetSchema.safeParse(found.value).success) return new Map();
  const { form, lists, releases } = found.value as Sheet;
  if (form !== currentForm()) return new Map();
  let at = 0;
  const packageOf = ([row, files, bytes]: Row): OfferedPackage => {
    at += bytes;
    return { ...row, text: found.large.subarray(at - bytes, at), files: lists[files] ?? [] };
  };
  return new Map(releases.map(([key, rows]) => [key, rows.map(packageOf)]));
}

async function writeSheet(file: string, offers: ReadonlyMap<string, readonly OfferedPackage[]>): Promise<void> {
  const numbers = new Map<string, number>();
  const lists: (readonly string[])[] = [];
  const numberOf = (files: readonly string[]): number => {
    const text = files.join("\n");
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, lists.length);
    return lists.push(files) - 1;
  };
  const kept = [...offers].slice(0, releasesRemembered);
  const rowOf = ({ files, text, ...row }: OfferedPackage): Row => [row, numberOf(files), text.length];
  const releases = kept.map(([key, packages]) => [key, packages.map(rowOf)] as const);
  const stanzas = kept.flatMap(([, packages]) => packages.map(({ text }) => text));
  await writeSealed(file, { form: currentForm(), lists, releases } satisfies Sheet, ...stanzas);
}

/** What this code makes of one package: a sheet of code that says it differently is not read. */
function currentForm(): string {
  form ??= formOfSample();
  return form;
}

let form: string | undefined;

function formOfSample(): string {
  const fields = ["Package", "Version", "Architecture", "Maintainer", "Depends", "Section", "Homepage", "Description"];
  const control = fields.map((name) => [name, `sample ${name}`] as const);
  return sha256(
    JSON.stringify([2, stanza({ name: "sample.deb", format: "deb", size: 1, shipped: "0", control }, "pool")]),
  );
}
