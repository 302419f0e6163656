import { stat } from "node:fs/promises";
import { type Mistake, refusal, refuseMistakes } from "../../errors.ts";
import type { ArchiveKind } from "../../manifest/product.ts";
import { ArchiveProblem } from "./archive-problem.ts";
import { readCompressed } from "./compressed-file.ts";
import { EntryRules, shown } from "./entry-rules.ts";
import { type ArchiveLimits, archiveLimits } from "./limits.ts";
import { unpackTar } from "./tar-archive.ts";
import { WantedFiles } from "./wanted-files.ts";
import { unpackZip } from "./zip-archive.ts";

export interface ArchiveRequest {
  readonly kind: ArchiveKind;
  /** How messages name the archive: `url https://dl.example/runtime.tar.gz`. */
  readonly from: string;
  /** Paths of the files to unpack. */
  readonly wanted: readonly string[];
  /** The payload is for Windows, which cannot hold every name. */
  readonly windows: boolean;
}

/**
 * Unpacks the wanted files of an archive into an empty folder, after every entry was looked at. Where it throws, the
 * folder may hold some of them and is the caller's to remove.
 * @throws SlipwayError SLW-PAYLOAD-ARCHIVE for an archive with anything that an honest one has not, damaged ones too;
 * SLW-PAYLOAD-MISSING where a wanted file is not in it.
 */
export async function unpackArchive(
  file: string,
  folder: string,
  request: ArchiveRequest,
  limits: ArchiveLimits = archiveLimits,
): Promise<void> {
  const { size: archiveSize } = await stat(file);
  const rules = new EntryRules({ limits, archiveSize, windows: request.windows });
  const wanted = new WantedFiles(folder, request.wanted);
  try {
    if (request.kind === "zip") await unpackZip(file, rules, wanted, limits);
    else await unpackTar(readCompressed(file, limits), rules, wanted, limits);
  } catch (error) {
    if (!(error instanceof ArchiveProblem)) throw error;
    throw refusal("SLW-PAYLOAD-ARCHIVE", `${request.from} ${error.message}. Nothing of it is used.`, {
      hint: error.hint,
    });
  }
  const missing = request.wanted.filter((path) => !wanted.isWritten(path));
  refuseMistakes(missing.map((path) => missingFile(path, request, rules)));
}

function missingFile(path: string, { from }: ArchiveRequest, rules: EntryRules): Mistake {
  const found = rules.find(path);
  if (found !== undefined) {
    const { type, target } = found;
    const hint = type === "folder" ? "Name a file in it." : `It leads to ${shown(target)}: name that file.`;
    return { code: "SLW-PAYLOAD-MISSING", message: `${shown(path)} in ${from} is a ${type}, not a file.`, hint };
  }
  const files = rules.files();
  const ending = `/${path.split("/").at(-1)}`;
  const alike = files.filter((file) => `/${file}`.endsWith(ending));
  const some = files.slice(0, 8).map(shown).join(", ");
  const holds = `It holds ${some}${files.length > 8 ? `, … (${files.length} files)` : ""}.`;
  return {
    code: "SLW-PAYLOAD-MISSING",
    message: `There is no ${shown(path)} in ${from}.`,
    hint:
      alike[0] !== undefined ? `Did you mean ${shown(alike[0])}?` : files.length === 0 ? "It holds no files." : holds,
  };
}
