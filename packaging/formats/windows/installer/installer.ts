import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { ArtifactJob } from "../../../artifact.ts";
import { contentOf } from "../../../containers/member-content.ts";
import { type Mistake, refuseMistakes } from "../../../errors.ts";
import type { FileEntry } from "../../../staging/tree.ts";
import { contentOfEntry } from "../../entry-content.ts";
import type { WriteContext } from "../../format.ts";
import { type CabinetMember, writeCabinet } from "../cabinet/cabinet.ts";
import { writeCfb } from "../cfb/cfb.ts";
import { databaseStreams } from "../database/database.ts";
import { readDatabase } from "../database/database-reader.ts";
import { encodeStreamName } from "../database/stream-name.ts";
import type { Table } from "../database/table.ts";
import { encodeSummary, type SummaryInformation, summaryStream } from "../summary/summary-information.ts";
import { type FileFacts, versionOf } from "./file-facts.ts";
import { guidOf, zeroGuid } from "./guid.ts";
import { iceMistakes } from "./ice/ice.ts";
import { productCode } from "./identity.ts";
import { type InstallLayout, layOutTree } from "./layout.ts";
import type { MsiOptions } from "./options.ts";
import { cabinetStream } from "./tables/media.ts";
import { language } from "./tables/properties.ts";
import { installerTables } from "./tables.ts";

export type MsiJob = Pick<ArtifactJob, "tree" | "epoch"> & { readonly format: MsiOptions };

/** Class of an installer package, {000C1084-0000-0000-C000-000000000046}, as it is stored. */
const installerClass = Buffer.from("84100c0000000000c000000000000046", "hex");

/**
 * A Windows Installer package of a tree: its files in a cabinet, the tables that install them for the whole machine, and
 * codes that follow from both. The cabinet is made first: the tables want digests of the files, and the package code one
 * of everything. Refuses (SLW-FORMAT) what the installer cannot hold.
 */
export async function* writeInstaller(job: MsiJob, { spool, packed }: WriteContext): AsyncGenerator<Uint8Array> {
  const layout = layOutTree(job.tree, job.format);
  try {
    const digests = new Map<string, Hash>();
    const size = await writeCabinet(membersOf(layout, digests), job.epoch, spool, packed);
    const facts = new Map<string, FileFacts>();
    for (const { key, entry } of layout.files) {
      const md5 = digests.get(key)?.digest() ?? Buffer.alloc(16);
      facts.set(key, { md5, ...(await versionOf(entry)) });
    }
    const tables = installerTables(layout, job.format, productCode(job.format, job.tree), facts);
    refuseMistakes(await mistakesIn(tables, job));
    const write = (packageCode: string) => {
      const summary = encodeSummary(summaryOf(job, packageCode));
      return writeCfb(
        [
          ...databaseStreams(tables),
          { name: summaryStream, size: summary.length, content: contentOf(summary) },
          { name: encodeStreamName({ name: cabinetStream, table: false }), size, content: contentOfFile(spool) },
        ],
        installerClass,
      );
    };
    yield* write(await packageCodeOf(write(zeroGuid)));
  } finally {
    await rm(spool, { force: true });
  }
}

/** What Windows would object to in tables, read back from what is about to be written. */
async function mistakesIn(tables: readonly Table[], job: MsiJob): Promise<readonly Mistake[]> {
  const streams = databaseStreams(tables).map(({ name, size, content }) => ({
    path: name,
    size,
    content: () => content,
  }));
  return iceMistakes({ database: await readDatabase(streams), summary: summaryOf(job, zeroGuid) });
}

/** Two packages have the same code when all their other bytes are the same. */
async function packageCodeOf(zeroed: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of zeroed) hash.update(chunk);
  return guidOf("package", hash.digest("hex"));
}

function membersOf({ files }: InstallLayout, digests: Map<string, Hash>): CabinetMember[] {
  return files.map(({ key, entry }) => {
    const hash = createHash("md5");
    digests.set(key, hash);
    return { name: key, size: entry.size, content: observed(entry, hash) };
  });
}

async function* observed(entry: FileEntry, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of contentOfEntry(entry)) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Opened only when it is asked for: nobody would close it else. */
async function* contentOfFile(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
}

function summaryOf({ epoch, format }: MsiJob, packageCode: string): SummaryInformation {
  const { title, version, manufacturer, architecture } = format;
  return {
    title: "Installation Database",
    subject: `${title} ${version}`,
    author: manufacturer,
    keywords: "Installer",
    comments: `Installs ${title} for all users of the machine.`,
    template: `${architecture === "arm64" ? "Arm64" : "x64"};${language}`,
    revision: packageCode,
    created: epoch,
    saved: epoch,
    // The version that knows Arm64; every Windows since 7 has it.
    pageCount: 500,
    wordCount: 2,
    application: "Slipway",
    security: 2,
  };
}
