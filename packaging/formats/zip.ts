import type { ZipOptions } from "../artifact.ts";
import { writeZip, zipRecipe } from "../containers/zip.ts";
import type { Format } from "./format.ts";
import { treeEntries } from "./tree-entries.ts";

/** The archive that Windows and macOS unpack by a double click. */
export const zip: Format<ZipOptions> = {
  revision: 1,
  recipe: (_options, buildNode) => zipRecipe(buildNode),
  write: (job, { packed }) =>
    writeZip(
      treeEntries(job.tree, job.format.root, (_, chunk) => packed(chunk.length)),
      job.epoch,
    ),
};
