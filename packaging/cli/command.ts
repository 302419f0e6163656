import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { refusal } from "../errors.ts";
import { nearest } from "../manifest/nearest.ts";

/** One command of `slipway`: a file of its own, and a line in the table of main.ts. */
export interface Command {
  /** What it does, on one line of the list of commands. */
  readonly summary: string;
  /** What `--help` prints: usage first, then options and exit codes. */
  readonly help: string;
  /** What may stand behind its name, as node:util has it; every option takes a value, or none; `multiple` may come again. */
  readonly options: ParseArgsOptionsConfig;
  /** The arguments it takes that are no options; those in brackets, which come last, may be left out. */
  readonly arguments: readonly string[];
  /** The exit code where it refuses or fails; 1 where left out. */
  readonly failure?: number;
  /** Does it and gives the exit code. */
  run(given: Given): Promise<number>;
}

/** A command line that fits its command. */
export interface Given {
  /** As many as the command's arguments, or fewer where some may be left out. */
  readonly positionals: readonly string[];
  /** The value of an option; undefined where it was not given and has no default. */
  option(name: string): string | undefined;
  /** All values of an option that is `multiple`, in their order. */
  all(name: string): readonly string[];
  flag(name: string): boolean;
}

/** The exit code of a command line that cannot be understood. */
export const usageError = 2;

/** Reads what stands behind a command's name; refuses (SLW-COMMAND) in one sentence what it does not take. */
export function parseCommand(name: string, command: Command, args: readonly string[]): Given | "help" {
  const options = {
    ...command.options,
    help: { type: "boolean", short: "h" },
  } as const satisfies ParseArgsOptionsConfig;
  const { tokens, values, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  if (values["help"] === true) return "help";
  for (const token of tokens) if (token.kind === "option") checkOption(name, token, options);
  const expected = command.arguments;
  const least = expected.filter((argument) => !argument.startsWith("[")).length;
  if (positionals.length < least || positionals.length > expected.length) {
    const wanted = expected.length === 0 ? "no argument" : expected.join(" and ");
    const found = positionals.length === 0 ? "none" : positionals.join(" ");
    throw refusal("SLW-COMMAND", `slipway ${name} takes ${wanted}, and was given ${found}.`, helpHint(name));
  }
  return {
    positionals,
    option: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    all: (option) => [values[option] ?? []].flat().filter((value) => typeof value === "string"),
    flag: (option) => values[option] === true,
  };
}

function checkOption(
  command: string,
  { name, rawName, value }: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
  options: ParseArgsOptionsConfig,
): void {
  const known = Object.hasOwn(options, name) ? options[name] : undefined;
  if (known === undefined) {
    const near = nearest(name, Object.keys(options));
    const meant = near === undefined ? {} : { hint: `Did you mean --${near}?` };
    throw refusal("SLW-COMMAND", `slipway ${command} has no option ${rawName}.`, { ...helpHint(command), ...meant });
  }
  if (known.type === "string" && value === undefined) {
    throw refusal("SLW-COMMAND", `slipway ${command} ${rawName} needs a value.`, helpHint(command));
  }
  if (known.type === "boolean" && value !== undefined) {
    throw refusal("SLW-COMMAND", `slipway ${command} ${rawName} takes no value.`, helpHint(command));
  }
}

/** One of the values that an option may have. Refuses (SLW-COMMAND) any other. */
export function choice<T extends string>(name: string, given: string | undefined, choices: readonly [T, ...T[]]): T {
  const found = choices.find((it) => it === (given ?? choices[0]));
  if (found !== undefined) return found;
  throw refusal("SLW-COMMAND", `${name} is one of ${choices.join(", ")}, and was given ${JSON.stringify(given)}.`);
}

function helpHint(command: string): { readonly hint: string } {
  return { hint: `slipway ${command} --help says what it takes.` };
}
