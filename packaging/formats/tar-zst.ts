import type { TarZstOptions } from "../artifact.ts";
import { framesRecipe, zstdFrames } from "../compression/zstd.ts";
import { writeTar } from "../containers/tar.ts";
import type { Format } from "./format.ts";
import { treeEntries } from "./tree-entries.ts";

/** An archive to unpack anywhere: all entries below one folder. */
export const tarZst: Format<TarZstOptions> = {
  revision: 1,
  recipe: (_options, buildNode) => framesRecipe(buildNode),
  write: (job, { packed }) => zstdFrames(writeTar(treeEntries(job.tree, job.format.root), job.epoch), packed),
};
