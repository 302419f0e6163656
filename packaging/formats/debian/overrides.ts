import type { Tree } from "../../staging/tree.ts";

/**
 * lintian's complaints that are as they should be, each with its reason (lintian manual, "Overrides"). Empty where there
 * is nothing to explain.
 */
export function overridesText(
  packageName: string,
  tree: Tree,
  { linkedStatically, retires }: { readonly linkedStatically: boolean; readonly retires: boolean },
): string {
  const paths = new Set(tree.entries.map((entry) => entry.path));
  const programs = tree.entries
    .filter((entry) => entry.type === "file" && /^usr\/bin\/[^/]+$/.test(entry.path))
    .map((entry) => entry.path);
  const undocumented = programs.filter((path) => ![...manualsOf(path)].some((manual) => paths.has(manual)));
  const blocks = [
    {
      reason: "The program is made to run without libraries of the system, on every distribution alike.",
      tag: "statically-linked-binary",
      about: linkedStatically ? programs : [],
    },
    { reason: "The program explains itself with --help.", tag: "no-manual-page", about: undocumented },
    {
      reason: "The lines are the ones that dh_installdeb would write; nothing here is written by hand.",
      tag: 'maintainer-script-should-not-use-dpkg-maintscript-helper "dpkg-maintscript-helper"',
      about: retires ? ["*"] : [],
    },
  ];
  return blocks
    .filter(({ about }) => about.length > 0)
    .map(({ reason, tag, about }) => {
      const lines = about.map((path) => `${packageName}: ${tag} [${path}]\n`);
      return `# ${reason}\n${lines.join("")}`;
    })
    .join("\n");
}

function* manualsOf(program: string): Generator<string> {
  const name = program.slice(program.lastIndexOf("/") + 1);
  for (let section = 1; section <= 9; section += 1) yield `usr/share/man/man${section}/${name}.${section}.gz`;
}
