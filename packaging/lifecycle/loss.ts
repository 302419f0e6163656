import { whoCanRestore } from "../record/repair.ts";

/** How many objects a sentence names; of more it gives the number. */
const named = 2;

/**
 * What a person must know of a channel's past that is gone for good, or until somebody restores it: one sentence for each
 * release with objects that are nowhere on this machine, and one for the rest of the journal.
 */
export function lossSentences(paths: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const path of new Set(paths)) {
    const folder = /^releases\/[^/]+\/[^/]+\//.exec(path)?.[0] ?? "";
    groups.set(folder, [...(groups.get(folder) ?? []), path]);
  }
  return [...groups].map(([folder, lost]) => sentence(folder, lost));
}

function sentence(folder: string, lost: readonly string[]): string {
  const one = lost.length === 1;
  const what = `${listed(lost.map((path) => path.slice(folder.length)))} ${one ? "is" : "are"} gone or altered`;
  if (folder !== "") {
    const nowhere = "neither the bucket nor this machine's cache has the recorded bytes";
    return `${folder}: ${what}, and ${nowhere}. ${whoCanRestore(folder)}`;
  }
  const [told, them] = one ? ["it told", "it"] : ["they told", "them"];
  return `${what}: ${told} where a channel was before, and neither the bucket nor this stack has ${them}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - named;
  if (rest > 0) return `${names.slice(0, named).join(", ")} and ${rest} more`;
  return names.join(" and ");
}
