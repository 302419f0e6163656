import { commandsOf, functionsOf, nodesOf, type Script } from "./script.ts";

/** The functions that a module says it exports. */
export function exportedBy({ root }: Script): readonly string[] {
  return commandsOf(root)
    .filter(({ name }) => name === "Export-ModuleMember")
    .flatMap(({ texts }) => texts);
}

/** The parts that a module loads into itself, as names of files beside it. */
export function partsOf({ text }: Script): readonly string[] {
  const [, list = ""] =
    /^foreach \(\$part in ([^)]+)\) \{ \. \(Join-Path -Path \$PSScriptRoot -ChildPath \$part\) \}$/m.exec(text) ?? [];
  return [...list.matchAll(/'([^']+)'/g)].map(([, name = ""]) => name);
}

/** What a manifest promises and its module does not keep, and the other way round; each as a sentence. */
export function manifestMistakes(manifest: Script, module: Script): readonly string[] {
  const values = new Map(
    nodesOf(manifest.root, "hash_entry").map((entry) => [
      nodesOf(entry, "key_expression")[0]?.text ?? "",
      nodesOf(entry, "string_literal").map(({ text }) => text.slice(1, -1)),
    ]),
  );
  const promised = values.get("FunctionsToExport") ?? [];
  const exported = exportedBy(module);
  const defined = functionsOf(module).map(({ name }) => name);
  const noun = /Runtime[A-Z]/;
  return [
    ...differences("FunctionsToExport", promised, "Export-ModuleMember", exported),
    ...exported.filter((name) => !defined.includes(name)).map((name) => `${name} is exported and not defined`),
    // What users are to call has the product's name in its noun, and nothing else has.
    ...defined
      .filter((name) => noun.test(name) && !exported.includes(name))
      .map((name) => `${name} is defined and not exported`),
    ...["CmdletsToExport", "VariablesToExport", "AliasesToExport"]
      .filter((key) => values.get(key)?.length !== 0)
      .map((key) => `${key} is not empty, or is left out, which exports everything`),
    ...(module.path.endsWith(`/${values.get("RootModule")?.[0]}`) ? [] : ["RootModule is another file"]),
    ...(values.get("PowerShellVersion")?.[0] === "5.1" ? [] : ["PowerShellVersion is not 5.1"]),
  ];
}

function differences(left: string, of: readonly string[], right: string, and: readonly string[]): readonly string[] {
  return [
    ...of.filter((name) => !and.includes(name)).map((name) => `${name} is in ${left} and not in ${right}`),
    ...and.filter((name) => !of.includes(name)).map((name) => `${name} is in ${right} and not in ${left}`),
  ];
}
