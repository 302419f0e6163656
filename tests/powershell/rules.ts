import { helpMistakes } from "./help.ts";
import { commandsOf, functionsOf, lineOf, nodesOf, type Script, topStatements } from "./script.ts";
import { approvedVerbs } from "./verbs.ts";

export interface Found {
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong and what is expected, in one sentence. */
  readonly message: string;
}

/** What every PowerShell file that is shipped is held to: each rule names the lines that break it. */
export const rules = {
  parses: ({ root }) =>
    root.hasError
      ? nodesOf(root, "ERROR")
          .concat(root.descendantsOfType("MISSING"))
          .map((node) => ({ line: lineOf(node), message: `does not parse: ${node.text.slice(0, 60)}` }))
          .concat({ line: 1, message: "does not parse as Windows PowerShell 5.1" })
      : [],

  "chains of PowerShell 7": ({ root }) =>
    nodesOf(root, "pipeline_chain_tail").map((node) => ({
      line: lineOf(node),
      message: `${node.text} is not known to Windows PowerShell 5.1`,
    })),

  // Windows PowerShell 5.1 reads a file without a byte order mark in the machine's code page.
  ascii: ({ text }) =>
    text.split("\n").flatMap((line, at) =>
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is.
      /[^\x00-\x7f]/.test(line) ? [{ line: at + 1, message: "has a letter that is not ASCII" }] : [],
    ),

  "requires 5.1": ({ text }) =>
    text.startsWith("#Requires -Version 5.1\n")
      ? []
      : [{ line: 1, message: "does not begin with #Requires -Version 5.1" }],

  "strict mode": (script) =>
    topStatements(script).some(({ text }) => text === "Set-StrictMode -Version 3.0")
      ? []
      : [{ line: 1, message: "has no Set-StrictMode -Version 3.0 outside of functions" }],

  "stops at errors": (script) =>
    topStatements(script).some(({ text }) => text === "$ErrorActionPreference = 'Stop'")
      ? []
      : [{ line: 1, message: "has no $ErrorActionPreference = 'Stop' outside of functions" }],

  "approved verbs": (script) =>
    functionsOf(script).flatMap(({ name, line }) => {
      const [, verb = ""] = /^([A-Z][A-Za-z]+)-[A-Z][A-Za-z0-9]+$/.exec(name) ?? [];
      return approvedVerbs.has(verb) ? [] : [{ line, message: `${name} does not begin with an approved verb` }];
    }),

  // A name that is no Verb-Noun is an alias, or a program that is looked up on the PATH.
  "no aliases": ({ root }) =>
    commandsOf(root).flatMap(({ name, line }) =>
      name === "" || /^[A-Z][A-Za-z]+-[A-Z][A-Za-z0-9]+$/.test(name)
        ? []
        : [{ line, message: `${name} is an alias, or is looked up on the PATH: expected a command's full name` }],
    ),

  "no Invoke-Expression": ({ root }) => named(root, /^(?:invoke-expression|iex)$/i, "runs text as code"),

  "no Write-Host": ({ root }) => named(root, /^write-host$/i, "writes past the streams that a caller can use"),

  "no encoded commands": ({ root }) =>
    nodesOf(root, "command_parameter", "generic_token", "string_literal")
      .filter(({ text }) => [...text.matchAll(/(?<=^|[\s'"])[-/]([a-z]+)\b/gi)].some(([, name = ""]) => hides(name)))
      .map((node) => ({ line: lineOf(node), message: `${node.text} hides what is run` })),

  "no secrets as text": ({ root }) =>
    nodesOf(root, "script_parameter").flatMap((node) => {
      const name = node.namedChildren.find((child) => child?.type === "variable")?.text ?? "";
      const type = nodesOf(node, "type_literal").map(({ text }) => text.toLowerCase());
      const secret = /secret|passw|passphrase|token|credential|(?:private|api|data)key|pin$/i.test(name);
      const kept = type.includes("[byte[]]") || type.includes("[securestring]") || /Path$/.test(name);
      return secret && !kept ? [{ line: lineOf(node), message: `${name} would be a secret in a text` }] : [];
    }),

  "no secrets in the environment": ({ root }) =>
    nodesOf(root, "left_assignment_expression")
      .filter(({ text }) => /^\$(?:\{)?env:/i.test(text))
      .map((node) => ({ line: lineOf(node), message: `${node.text} is seen by every process that is started` })),

  help: helpMistakes,
} satisfies Readonly<Record<string, (script: Script) => readonly Found[]>>;

export type RuleName = keyof typeof rules;

function named(root: Script["root"], name: RegExp, why: string): readonly Found[] {
  return commandsOf(root)
    .filter((command) => name.test(command.name))
    .map((command) => ({ line: command.line, message: `${command.name} ${why}` }));
}

/** PowerShell takes any beginning of a parameter's name. */
function hides(parameter: string): boolean {
  return "encodedcommand".startsWith(parameter.toLowerCase()) || parameter.toLowerCase() === "ec";
}
