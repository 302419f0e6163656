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

/** Sheets, and releases of one, that are read side by side. */
const sheetsAtOnce = 4;
const releasesAtOnce = 8;

/** Releases that a sheet remembers, those asked for last before all others: a rollback names earlier ones again. */
const releasesRemembered = 4000;

/** What a channel of a product names, the current release first. */
export interface NamedReleases {
  readonly product: string;
  readonly named: readonly ChannelRecord[];
}

/**
 * What releases offer to a suite, in the order in which they are named. It follows from each record and the inventories
 * that the record names, so it is remembered in this machine's cache by the record's digest; what is not there is read from
 * the bucket, or for `planned`, which may not be published yet, is made from its record.
 */
export async function readOffers(
  at: Shelves,
  channels: readonly NamedReleases[],
  planned?: Release,
): Promise<readonly SuiteRelease[]> {
  const sheets = Map.groupBy(channels, ({ product }) => sheetOf(at, product));
  const made = await sideBySide([...sheets], sheetsAtOnce, ([file, its]) => offersOnSheet(at, file, its, planned));
  const releases = Map.groupBy(made.flat(), ({ product }) => product);
  return channels.flatMap(({ product }) => releases.get(product) ?? []);
}

/**
 * The file that remembers a product's releases, one of sixteen: a file for each product would be too many to read for a large
 * suite, and one for all of them too much to write for one release.
 */
function sheetOf({ cacheFolder }: Shelves, product: string): string {
  return path.join(cacheFolder, "offers", `${sha256(product).slice(0, 1)}.json`);
}

async function offersOnSheet(
  at: Shelves,
  file: string,
  channels: readonly NamedReleases[],
  planned: Release | undefined,
): Promise<readonly SuiteRelease[]> {
  const known = await readSheet(file);
  const wanted = channels.flatMap(({ product, named }) =>
    named.map((one, index) => ({ product, one, current: index === 0 })),
  );
  const made = await sideBySide(wanted, releasesAtOnce, async ({ product, one, current }) => {
    const key = `${product} ${one.folder} ${one.record.sha256}`;
    const isPlanned = planned?.folder === one.folder && planned.recordObject.sha256 === one.record.sha256;
    const record = async () => (isPlanned ? planned : await readRelease(at, product, one)).record;
    const packages = known.get(key) ?? (await packagesOf(at, product, one.folder, await record()));
    return [key, { product, folder: one.folder, current, packages }] as const;
  });
  if (made.some(([key]) => !known.has(key))) {
    const fresh = made.map(([key, { packages }]) => [key, packages] as const);
    await writeSheet(file, [...new Map([...fresh, ...known])].slice(0, releasesRemembered));
  }
  return made.map(([, release]) => release);
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

async function writeSheet(
  file: string,
  offers: readonly (readonly [string, readonly OfferedPackage[]])[],
): Promise<void> {
  const numbers = new Map<string, number>();
  const lists: (readonly string[])[] = [];
  const numberOf = (files: readonly string[]): number => {
    const text = files.join("\n");
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, lists.length);
    return lists.push(files) - 1;
  };
  const rowOf = ({ files, text, ...row }: OfferedPackage): Row => [row, numberOf(files), text.length];
  const releases = offers.map(([key, packages]) => [key, packages.map(rowOf)] as const);
  const stanzas = offers.flatMap(([, packages]) => packages.map(({ text }) => text));
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
    JSON.stringify([3, stanza({ name: "sample.deb", format: "deb", size: 1, shipped: "0", control }, "pool")]),
  );
}
