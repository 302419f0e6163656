import { printable } from "../manifest/printable.ts";
import type { ArtifactDifference, Difference } from "./difference.ts";
import type { EntryChange } from "./entries.ts";
import type { FieldChange } from "./fields.ts";
import { byTarget } from "./text.ts";
import { entryLines, fieldLines, sameContent, scriptLines } from "./wording.ts";

/** Most lines of all changes that a brief shows, and of one of them: it is to fit on a screen. */
const mostLines = 25;
const mostOfOne = 10;

/** Follow from the version and the time of a release, so that they say nothing. */
const ownFacts: ReadonlySet<string> = new Set(["version", "time"]);
const ownFields: ReadonlySet<string> = new Set(["Version", "Installed-Size"]);
const ownFiles = /^(?:usr\/)?share\/doc\/[^/]+\/changelog(?:\.Debian)?\.gz$/;

/** One thing that changed, as lines. */
type Change = readonly string[];

/**
 * A difference in few lines: what changed, each change once however many artifacts and targets have it, under the targets
 * that it is about. The whole is `differenceText`.
 */
export function briefLines(difference: Difference): readonly string[] {
  const changes = new Map<string, { readonly lines: Change; readonly of: string[] }>();
  for (const [target, artifacts] of byTarget(difference)) {
    for (const lines of changesOf(artifacts)) {
      const key = lines.join("\n");
      const known = changes.get(key);
      if (known === undefined) changes.set(key, { lines: cut(lines), of: [target] });
      else known.of.push(target);
    }
  }
  const shown = thatFit([...changes.values()]);
  const groups = Map.groupBy(shown, ({ of }) => of.join(", "));
  const left = changes.size - shown.length;
  return [
    ...difference.facts.filter(({ name }) => !ownFacts.has(name)).flatMap(fieldLines),
    ...[...groups].flatMap(([of, those]) => [of, ...those.flatMap(({ lines }) => lines).map((it) => `  ${it}`)]),
    ...(left > 0 ? [`… and ${left} more ${left === 1 ? "change" : "changes"}`] : []),
  ];
}

function cut(lines: Change): Change {
  const left = lines.length - mostOfOne;
  return left > 0 ? [...lines.slice(0, mostOfOne), `    … and ${left} more ${left === 1 ? "line" : "lines"}`] : lines;
}

function thatFit<T extends { readonly lines: Change }>(changes: readonly T[]): readonly T[] {
  let lines = 0;
  const above = changes.findIndex((change) => {
    lines += change.lines.length;
    return lines > mostLines;
  });
  return above < 0 ? changes : changes.slice(0, above);
}

/** The changes of one target's artifacts: a file that several of them have, under whichever name, is told once. */
function changesOf(artifacts: readonly ArtifactDifference[]): readonly Change[] {
  const told = new Set<string>();
  return artifacts.flatMap((artifact) => {
    const { change, control, entries, scripts, texts } = artifact;
    const role = printable(artifact.role);
    if (change === "same") return [];
    if (change !== "changed") return [[`${change === "added" ? "+" : "-"} ${role}`]];
    if ([control, entries, scripts, texts].every(({ length }) => length === 0)) return [[`~ ${role}   ${sameContent}`]];
    const fresh = entries.filter((entry) => !ownFiles.test(entry.path) && !told.has(contentOf(entry)));
    // Two files of one artifact are two, also where both got the same content.
    for (const entry of fresh) told.add(contentOf(entry));
    const byPath = new Map(texts.map((text) => [text.path, text]));
    return [
      ...control.filter((field) => !isOwn(field, artifact)).map(fieldLines),
      ...fresh.map((entry) => entryLines([entry], byPath)),
      ...scripts.map((script) => scriptLines(script, byPath)),
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
