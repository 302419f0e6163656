import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { notedDigests } from "../builds/noted-digests.ts";
import { refusal, refuseMistakes } from "../errors.ts";
import { archiveKindOf } from "../manifest/archive-name.ts";
import { largestPayload } from "../manifest/fields.ts";
import type { PayloadSource } from "../manifest/product.ts";
import { findFiles } from "./folder-files.ts";
import type { Payload, PayloadContext, PayloadFile, PayloadTarget } from "./payload.ts";
import { unpackedPayload } from "./unpacked-payload.ts";

type DirectorySource = Extract<PayloadSource, { kind: "directory" }>;

/**
 * The payload that another step left in a folder, relative to the manifest's, or what the target wants of an archive
 * that it left there.
 * @throws SlipwayError SLW-PAYLOAD-MISSING where there is no such folder or archive, or something in the folder is not a
 * plain file; else as `fetchPayload`.
 */
export async function readDirectoryPayload(
  source: DirectorySource,
  target: PayloadTarget,
  context: PayloadContext,
): Promise<Payload> {
  const { path, archive } = source;
  const place = resolve(context.manifestFolder, path);
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() === true) return readArchive(source, { file: place, size: found.size }, target, context);
  if (found?.isDirectory() === true && archive === undefined) return readFolder(path, place, context.cacheFolder);
  const expected = archive === undefined ? "" : `, and the manifest says archive: ${archive}`;
  const what =
    found === undefined ? "does not exist" : found.isDirectory() ? `is a folder${expected}` : "is not a folder";
  throw refusal("SLW-PAYLOAD-MISSING", `Payload directory ${path} ${what}; it was looked for at ${place}.`, {
    hint: "Build the binaries into it, or name another payload source in the manifest.",
  });
}

async function readArchive(
  source: DirectorySource,
  { file, size }: { readonly file: string; readonly size: number },
  target: PayloadTarget,
  context: PayloadContext,
): Promise<Payload> {
  const from = `directory ${source.path}`;
  const kind = source.archive ?? archiveKindOf(source.path);
  if (kind === undefined) {
    throw refusal("SLW-PAYLOAD-MISSING", `Payload ${from} is a file, and its name is not that of an archive.`, {
      hint: "Name the folder that it is in, or an archive: .tar, .tar.gz, .tar.xz, .tar.zst or .zip.",
    });
  }
  if (size > largestPayload) {
    throw refusal("SLW-PAYLOAD-ARCHIVE", `${from} has ${size} bytes; at most ${largestPayload} are read.`);
  }
  const { sha256 } = await notedDigests(context.cacheFolder).digestOf(file);
  return unpackedPayload({ kind, sha256, from, open: async () => file }, target, context);
}

async function readFolder(path: string, folder: string, cacheFolder: string): Promise<Payload> {
  const { files, obstacles } = await findFiles(folder);
  refuseMistakes(
    obstacles.map(({ path: name, problem }) => ({
      code: "SLW-PAYLOAD-MISSING",
      message: `Payload directory ${path}: ${name} ${problem}.`,
      hint: "A payload holds plain files and folders only.",
    })),
  );
  const digests = notedDigests(cacheFolder);
  const hashed = new Map<string, PayloadFile>();
  for (const { path: name, file } of files) hashed.set(name, { file, ...(await digests.digestOf(file)) });
  return { files: hashed };
}
