import { refusal, SlipwayError } from "../errors.ts";
import { nearest } from "../manifest/nearest.ts";
import { printable } from "../manifest/printable.ts";
import { type Command, parseCommand, usageError } from "./command.ts";
import { commands } from "./commands.ts";

const elsewhere = { doctor: "what is here and what is missing", help: "this text, or that of a command" };

async function main([name = "help", ...args]: readonly string[]): Promise<number> {
  if (name === "help" || name === "--help" || name === "-h") {
    const [topic] = args;
    process.stdout.write(topic === undefined ? overview() : commandNamed(topic).help);
    return 0;
  }
  const command = commandNamed(name);
  const given = parseCommand(name, command, args);
  if (given === "help") {
    process.stdout.write(command.help);
    return 0;
  }
  return command.run(given).catch((error: unknown) => report(error, command.failure ?? 1));
}

function overview(): string {
  const lines = {
    ...Object.fromEntries(Object.entries(commands).map(([name, it]) => [name, it.summary])),
    ...elsewhere,
  };
  const list = Object.entries(lines).map(([name, summary]) => `  slipway ${name.padEnd(11)}   ${summary}\n`);
  return `slipway: what Slipway does beside pulumi's own commands\n\n${list.join("")}\nslipway COMMAND --help says more.\n`;
}

function commandNamed(name: string): Command {
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (found !== undefined) return found;
  const near = nearest(name, [...Object.keys(commands), ...Object.keys(elsewhere)]);
  throw refusal("SLW-COMMAND", `slipway has no command ${JSON.stringify(name)}.`, {
    hint: near === undefined ? "slipway help lists all commands." : `Did you mean slipway ${near}?`,
  });
}

/** A refusal is one sentence, without a stack; anything else is a fault of ours and shows where it is. */
function report(error: unknown, code: number): number {
  if (!(error instanceof SlipwayError)) throw error;
  // A message may quote a name out of a hostile file.
  process.stderr.write(
    error.message
      .split("\n")
      .map((line) => `${printable(line)}\n`)
      .join(""),
  );
  return error.code === "SLW-COMMAND" ? usageError : code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => report(error, usageError));
