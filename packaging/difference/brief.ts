import type { ArtifactDifference, Difference } from "./difference.ts";
import type { EntryChange } from "./entries.ts";
import type { FieldChange } from "./fields.ts";
import { byTarget } from "./text.ts";
import { entryLines, fieldLines } from "./wording.ts";

/** Most changes that a brief shows. */
const most = 25;

/** Written by Slipway from the version itself, so that it says nothing. */
const ownFields: ReadonlySet<string> = new Set(["Version", "Installed-Size"]);
const ownFiles = /^(?:usr\/)?share\/doc\/[^/]+\/changelog(?:\.Debian)?\.gz$/;

/**
 * A difference in few lines: what changed, each change once however many artifacts and targets have it, under the targets
 * that it is about. The whole is `differenceText`.
 */
export function briefLines(difference: Difference): readonly string[] {
  const targets = new Map<string, { readonly lines: readonly string[]; readonly of: string[] }>();
  for (const [target, artifacts] of byTarget(difference)) {
    for (const lines of changesOf(artifacts)) {
      const key = lines.join("\n");
      const known = targets.get(key);
      if (known === undefined) targets.set(key, { lines, of: [target] });
      else known.of.push(target);
    }
  }
  const shown = [...targets.values()].slice(0, most);
  const groups = Map.groupBy(shown, ({ of }) => of.join(", "));
  const left = targets.size - shown.length;
  return [
    ...[...groups].flatMap(([of, changes]) => [of, ...changes.flatMap(({ lines }) => lines).map((it) => `  ${it}`)]),
    ...(left > 0 ? [`… and ${left} more changes`] : []),
  ];
}

/** The changes of one target's artifacts: a file that several of them have, under whichever name, is told once. */
function changesOf(artifacts: readonly ArtifactDifference[]): readonly (readonly string[])[] {
  const told = new Set<string>();
  return artifacts.flatMap((artifact) => {
    const { role, change, control, entries, texts } = artifact;
    if (change === "added" || change === "removed") return [[`${change === "added" ? "+" : "-"} ${role}`]];
    const fresh = entries.filter((entry) => {
      if (ownFiles.test(entry.path)) return false;
      const content = contentOf(entry);
      if (told.has(content)) return false;
      told.add(content);
      return true;
    });
    const byPath = new Map(texts.map((text) => [text.path, text]));
    return [
      ...control.filter((field) => !isOwn(field, artifact)).map(fieldLines),
      ...fresh.map((entry) => entryLines([entry], byPath)),
    ];
  });
}

/** Which change a change is, apart from the name that an artifact has for the file. */
function contentOf(entry: EntryChange): string {
  if (entry.change === "changed" && entry.from.sha256 !== entry.to.sha256) {
    return `${entry.from.sha256} ${entry.to.sha256}`;
  }
  return `${entry.change} ${entry.path.replace(/^usr\//, "")}`;
}

/** A relation between packages of one release says nothing where only their own version differs. */
function isOwn({ name, added = [], removed = [] }: FieldChange, { from, to }: ArtifactDifference): boolean {
  if (ownFields.has(name)) return true;
  const [before, after] = [from, to].map((side) => /_([^_]+)_[^_]+\.deb$/.exec(side?.name ?? "")?.[1]);
  if (before === undefined || after === undefined || added.length !== removed.length) return false;
  return added.length > 0 && added.every((item, at) => item.replaceAll(after, before) === removed[at]);
}
