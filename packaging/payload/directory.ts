import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { notedDigests } from "../builds/noted-digests.ts";
import { refusal, refuseMistakes } from "../errors.ts";
import type { PayloadSource } from "../manifest/product.ts";
import { findFiles } from "./folder-files.ts";
import type { Payload, PayloadContext, PayloadFile } from "./payload.ts";

/**
 * The payload that another step left in a folder, relative to the manifest's.
 * @throws SlipwayError SLW-PAYLOAD-MISSING where there is no such folder, or something in it is not a plain file.
 */
export async function readDirectoryPayload(
  source: Extract<PayloadSource, { kind: "directory" }>,
  { manifestFolder, cacheFolder }: Pick<PayloadContext, "manifestFolder" | "cacheFolder">,
): Promise<Payload> {
  const folder = resolve(manifestFolder, source.path);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) {
    const what = found === undefined ? "does not exist" : "is not a folder";
    throw refusal("SLW-PAYLOAD-MISSING", `Payload directory ${source.path} ${what}; it was looked for at ${folder}.`, {
      hint: "Build the binaries into it, or name another payload source in the manifest.",
    });
  }
  const { files, obstacles } = await findFiles(folder);
  refuseMistakes(
    obstacles.map(({ path, problem }) => ({
      code: "SLW-PAYLOAD-MISSING",
      message: `Payload directory ${source.path}: ${path} ${problem}.`,
      hint: "A payload holds plain files and folders only.",
    })),
  );
  const digests = notedDigests(cacheFolder);
  const hashed = new Map<string, PayloadFile>();
  for (const { path, file } of files) hashed.set(path, { file, ...(await digests.digestOf(file)) });
  return { files: hashed };
}
