import type { TarGzOptions } from "../artifact.ts";
import { gzip, gzipRecipe } from "../compression/gzip.ts";
import { writeTar } from "../containers/tar.ts";
import type { Format } from "./format.ts";
import { treeEntries } from "./tree-entries.ts";

/** The archive that every system's own tar unpacks, without zstd. */
export const tarGz: Format<TarGzOptions> = {
  revision: 1,
  recipe: (_options, buildNode) => gzipRecipe(buildNode),
  write: (job, { packed }) => gzip(writeTar(treeEntries(job.tree, job.format.root), job.epoch), packed),
};
