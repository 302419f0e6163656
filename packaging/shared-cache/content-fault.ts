import type { ArtifactJob } from "../artifact.ts";
import type { Contents } from "../contents/contents.ts";
import { readContents } from "../contents/read-contents.ts";
import { compareEntries, compareScripts, type EntryChange } from "../difference/entries.ts";
import { SlipwayError } from "../errors.ts";
import { printable } from "../manifest/printable.ts";
import { controlOf } from "../record/control.ts";
import { type ContentEntry, inventoryOf } from "../record/inventory.ts";

/**
 * What speaks against a file being what a job makes: another format, or inside it any entry, mode, owner, digest, script,
 * control field or table that does not follow from the job. Undefined where all is there and nothing else. Hostile files are
 * read within limits.
 */
export async function contentFault(job: ArtifactJob, file: string): Promise<string | undefined> {
  try {
    const found = await readContents(file);
    if (found.format !== job.format.kind) return `it is a ${found.format} file and not a ${job.format.kind}`;
    const { entries, scripts, texts = {} } = inventoryOf(job);
    const [entry] = compareEntries(toldBy(found, entries), found.entries);
    if (entry !== undefined) return entryFault(entry);
    const [script] = compareScripts(scripts, found.scripts);
    if (script !== undefined) return `its script ${printable(script.name)} is not that of its recipe`;
    return textFault(texts, found.texts ?? {}) ?? controlFault(job, found.control ?? []);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return `it cannot be read: ${error.mistakes[0]?.message}`;
  }
}

/** Expected entries with what their container tells of each: no archive names configuration, a zip no owners. */
function toldBy(found: Contents, expected: readonly ContentEntry[]): readonly ContentEntry[] {
  const byPath = new Map(found.entries.map((entry) => [entry.path, entry]));
  const tellsConfig = found.format === "deb" || found.format === "msi";
  return expected.map(({ mode, owner, group, config, ...entry }) => {
    const there = byPath.get(entry.path);
    return {
      ...entry,
      ...(mode !== undefined && there?.mode !== undefined && { mode }),
      ...(owner !== undefined && there?.owner !== undefined && { owner }),
      ...(group !== undefined && there?.group !== undefined && { group }),
      ...(config !== undefined && tellsConfig && { config }),
    };
  });
}

function entryFault(entry: EntryChange): string {
  const path = printable(entry.path);
  switch (entry.change) {
    case "added":
      return `${path} is in it, and not in its recipe`;
    case "removed":
      return `${path} is not in it`;
    case "changed":
      return `${path} has another ${entry.what.join(", ")} than its recipe says`;
  }
}

/** What is no file of the artifact, and a machine runs or obeys all the same. */
const beside = /^(?:DEBIAN|Scripts|MSI)\//;

function textFault(
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string | undefined {
  const names = [...Object.keys(expected), ...Object.keys(found).filter((name) => beside.test(name))];
  const other = names.find((name) => expected[name] !== found[name]);
  return other && `its ${printable(other)} is not that of its recipe`;
}

function controlFault(job: ArtifactJob, found: NonNullable<Contents["control"]>): string | undefined {
  const { control } = controlOf(job);
  // A macOS package's fields are not planned as such.
  if (control === undefined) return undefined;
  const expected = new Map(control);
  const isOther = ([name, value]: readonly [string, string]) =>
    // It follows from the bytes.
    expected.get(name) !== value && !(job.format.kind === "msi" && name === "ProductCode");
  const names = new Set(found.map(([name]) => name));
  const other = found.find(isOther)?.[0] ?? control.find(([name]) => !names.has(name))?.[0];
  return other && `its field ${printable(other)} is not that of its recipe`;
}
