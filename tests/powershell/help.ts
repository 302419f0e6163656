import type { Node } from "web-tree-sitter";
import { exportedBy } from "./modules.ts";
import type { Found } from "./rules.ts";
import { functionsOf, lineOf, nodesOf, type Script } from "./script.ts";

/** Sections that each help has, and one for each parameter (about_Comment_Based_Help). */
const sections = [".SYNOPSIS", ".DESCRIPTION", ".EXAMPLE"];

/** What the help of the functions that a module exports, and that of a script, lacks. A part of a module has none. */
export function helpMistakes(script: Script): readonly Found[] {
  if (script.path.endsWith(".ps1") && functionsOf(script).length === 0) {
    return lacking(script.path, script.root, script.root);
  }
  const exported = exportedBy(script);
  return functionsOf(script).flatMap(({ name, node }) => (exported.includes(name) ? lacking(name, node, node) : []));
}

function lacking(name: string, whole: Node, at: Node): readonly Found[] {
  const line = lineOf(at);
  const help = whole.namedChildren.find((child) => child?.type === "comment" && child.text.startsWith("<#"))?.text;
  if (help === undefined) return [{ line, message: `${name} has no comment-based help` }];
  const parameters = nodesOf(whole, "param_block")[0];
  const names = parameters === undefined ? [] : nodesOf(parameters, "script_parameter").map(nameOf);
  const expected = [...sections, ...names.map((parameter) => `.PARAMETER ${parameter}`)];
  const found = help.split("\n").map((text) => text.trim());
  return expected
    .filter((section) => !found.includes(section))
    .map((section) => ({ line, message: `the help of ${name} has no ${section}` }));
}

function nameOf(parameter: Node): string {
  return parameter.namedChildren.find((child) => child?.type === "variable")?.text.slice(1) ?? "";
}
