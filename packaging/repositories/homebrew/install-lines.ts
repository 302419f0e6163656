import { posix } from "node:path";
import type { InstalledKind, InstalledPart } from "../../record/repository-facts.ts";
import { rubyString } from "./ruby.ts";

/** What Homebrew calls the folder of each kind. */
const methods: Readonly<Record<Exclude<InstalledKind, "man">, string>> = {
  bin: "bin",
  etc: "etc",
  share: "share",
  libexec: "libexec",
  lib: "lib",
  bash: "bash_completion",
  zsh: "zsh_completion",
  fish: "fish_completion",
  prefix: "prefix",
};

/**
 * The lines of `def install`: one for each folder, and further ones for what only archives of one system have. An `etc` that
 * a person edited is kept, and the new one put beside it, by Homebrew itself.
 */
export function installLines(parts: readonly InstalledPart[]): readonly string[] {
  const lines = Map.groupBy(parts, (part) => `${folderOf(part)}|${part.only ?? ""}`);
  return [...lines.values()]
    .map((group) => ({ group, rank: rankOf(group[0]) }))
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ group }) => {
      const [first] = group;
      if (first === undefined) return [];
      const condition = first.only === undefined ? "" : ` if OS.${first.only === "macos" ? "mac" : "linux"}?`;
      return [`${folderOf(first)}.install ${group.map(({ path }) => rubyString(path)).join(", ")}${condition}`];
    });
}

function folderOf({ into, path }: InstalledPart): string {
  if (into === "man") return /(man[1-9])\/[^/]+$/.exec(path)?.[1] ?? "man1";
  const folder = posix.dirname(path);
  // A file of a folder that others fill too goes by itself.
  if (into === "share" && folder !== "share") return `(share/${rubyString(folder.slice("share/".length))})`;
  return methods[into];
}

/** Programs first, then what they read, then what people read. */
const order: readonly InstalledKind[] = [
  "bin",
  "libexec",
  "lib",
  "etc",
  "bash",
  "fish",
  "zsh",
  "man",
  "share",
  "prefix",
];

function rankOf(part: InstalledPart | undefined): number {
  return part === undefined ? 0 : order.indexOf(part.into) * 2 + (part.only === undefined ? 0 : 1);
}
