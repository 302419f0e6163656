import { fileURLToPath } from "node:url";
import { Language, type Node, Parser } from "web-tree-sitter";

await Parser.init();
const grammar = fileURLToPath(import.meta.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm"));
const parser = new Parser().setLanguage(await Language.load(grammar));

/** A PowerShell file, parsed. No PowerShell is needed, and none of it runs. */
export interface Script {
  /** Relative to the clone. */
  readonly path: string;
  readonly text: string;
  readonly root: Node;
}

/** Parses a file's text; what does not parse stands in the tree as errors. */
export function parseScript(path: string, text: string): Script {
  const tree = parser.parse(text);
  if (tree === null) throw new Error(`${path} was not parsed`);
  return { path, text, root: tree.rootNode };
}

/** All nodes of a kind, in the order of the text. */
export function nodesOf(root: Node, ...types: readonly string[]): readonly Node[] {
  return root.descendantsOfType([...types]);
}

export interface FunctionFound {
  readonly name: string;
  readonly line: number;
  readonly node: Node;
}

/** The functions that a file defines. */
export function functionsOf({ root }: Script): readonly FunctionFound[] {
  return nodesOf(root, "function_statement").map((node) => {
    const name = nodesOf(node, "function_name")[0]?.text ?? "";
    return { name, line: lineOf(node), node };
  });
}

export interface CommandFound {
  /** The name as it is written; empty where a variable or a block is called. */
  readonly name: string;
  readonly line: number;
  readonly node: Node;
  /** Names of the parameters that are given, as they are written, with their dashes. */
  readonly parameters: readonly string[];
  /** Texts in quotes among the arguments, without the quotes. */
  readonly texts: readonly string[];
}

/** The commands that a file runs. */
export function commandsOf(root: Node): readonly CommandFound[] {
  return nodesOf(root, "command").map((node) => ({
    name: node.namedChildren.find((child) => child?.type === "command_name")?.text ?? "",
    line: lineOf(node),
    node,
    parameters: nodesOf(node, "command_parameter").map(({ text }) => text),
    texts: nodesOf(node, "string_literal").map(({ text }) => text.slice(1, -1)),
  }));
}

/** The statements at the top of a file, outside of every function and block. */
export function topStatements({ root }: Script): readonly Node[] {
  return root.namedChildren
    .flatMap((child) => (child?.type === "statement_list" ? child.namedChildren : [child]))
    .filter((node) => node !== null);
}

/** Counted from 1. */
export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}
