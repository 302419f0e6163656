import type { ArtifactJob, DebOptions } from "../../artifact.ts";
import { refusal } from "../../errors.ts";
import type { Tree } from "../../staging/tree.ts";

type Field = readonly [name: string, value: string];

/** The control fields as they stand in the package: those of the job, and Installed-Size behind Maintainer. */
export function controlFields(job: ArtifactJob): readonly Field[] {
  const { control } = debOptions(job);
  const size: Field = ["Installed-Size", `${installedSize(job.tree)}`];
  return control.flatMap((given): readonly Field[] => (given[0] === "Maintainer" ? [given, size] : [given]));
}

/** The file `control`, deb822(5). Refuses (SLW-FORMAT) a name or value that would begin a field of its own. */
export function controlText(job: ArtifactJob): string {
  return controlFields(job)
    .map(([name, value]) => {
      if (
        !/^[A-Za-z][A-Za-z0-9-]*$/.test(name) ||
        !/^[^\s\p{Cc}][^\p{Cc}]*(?:\n [^\p{Cc}]*[^\s\p{Cc}][^\p{Cc}]*)*$/u.test(value)
      ) {
        throw refusal("SLW-FORMAT", `The control field ${JSON.stringify(name)} of ${job.name} cannot be written.`, {
          hint: "A value is not empty; its further lines begin with a blank and hold something.",
        });
      }
      return `${name}: ${value}\n`;
    })
    .join("");
}

/** Absolute paths of the files whose edits an upgrade keeps; all of /etc, as Debian Policy 10.7 has it. */
export function conffiles(job: ArtifactJob): readonly string[] {
  return job.tree.entries
    .filter((entry) => entry.type === "file" && (entry.config || entry.path.startsWith("etc/")))
    .map((entry) => `/${entry.path}`);
}

/** KiB: each file rounded up, and one for every other entry (deb-substvars(5), Installed-Size). */
function installedSize(tree: Tree): number {
  return tree.entries.reduce((sum, entry) => sum + (entry.type === "file" ? Math.ceil(entry.size / 1024) : 1), 0);
}

function debOptions({ name, format }: ArtifactJob): DebOptions {
  if (format.kind !== "deb") throw new TypeError(`${name} is no .deb`);
  return format;
}
