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
import { encodeSummary, type SummaryInformation, summaryStream } from "../summary/summary-information.ts";
import { type FileFacts, versionOf } from "./file-facts.ts";
import { iceMistakes } from "./ice/ice.ts";
import { codesOf, noCodes, type PackageCodes } from "./identity.ts";
import { type InstallLayout, layOutTree } from "./layout.ts";
import type { MsiOptions } from "./options.ts";
import type { FactsByKey } from "./tables/files.ts";
import { cabinetStream } from "./tables/media.ts";
import { language } from "./tables/properties.ts";
import { installerTables } from "./tables.ts";

export type MsiJob = Pick<ArtifactJob, "tree" | "epoch"> & { readonly format: MsiOptions };

/** Class of an installer package, {000C1084-0000-0000-C000-000000000046}, as it is stored. */
const installerClass = Buffer.from("84100c0000000000c000000000000046", "hex");

/**
 * A Windows Installer package of a tree: its files in a cabinet, the tables that install them for the whole machine, and
 * codes that follow from both. The cabinet is made first: the tables want digests of the files, and the codes one of
 * everything. Refuses (SLW-FORMAT) what the installer cannot hold.
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
    refuseMistakes(await mistakesIn(job, layout, facts));
    const write = (codes: PackageCodes) => {
      const summary = encodeSummary(summaryOf(job, codes));
      return writeCfb(
        [
          ...databaseStreams(installerTables(layout, job.format, codes, facts)),
          { name: summaryStream, size: summary.length, content: contentOf(summary) },
          { name: encodeStreamName({ name: cabinetStream, table: false }), size, content: contentOfFile(spool) },
        ],
        installerClass,
      );
    };
    yield* write(codesOf(await digestOf(write(noCodes))));
  } finally {
    await rm(spool, { force: true });
  }
}

/** What Windows would object to, in tables read back from what is about to be written. */
async function mistakesIn(job: MsiJob, layout: InstallLayout, facts: FactsByKey): Promise<readonly Mistake[]> {
  const streams = databaseStreams(installerTables(layout, job.format, noCodes, facts));
  const read = streams.map(({ name, size, content }) => ({ path: name, size, content: () => content }));
  return iceMistakes({ database: await readDatabase(read), summary: summaryOf(job, noCodes) });
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest("hex");
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
  yield* createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>;
}

function summaryOf({ epoch, format }: MsiJob, codes: PackageCodes): SummaryInformation {
  const { title, version, manufacturer, architecture } = format;
  return {
    title: "Installation Database",
    subject: `${title} ${version}`,
    author: manufacturer,
    keywords: "Installer",
    comments: `Installs ${title} for all users of the machine.`,
    template: `${architecture === "arm64" ? "Arm64" : "x64"};${language}`,
    revision: codes.package,
    created: epoch,
    saved: epoch,
    // The version that knows Arm64; every Windows since 7 has it.
    pageCount: 500,
    wordCount: 2,
    application: "Slipway",
    security: 2,
  };
}
