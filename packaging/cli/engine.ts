import { type Command, run, runOnTerminal } from "../process.ts";

/** What a pulumi command prints. It asks nothing; refused where it fails. */
export async function askEngine(args: readonly string[]): Promise<string> {
  const { stdout } = await run(engine([...args, "--non-interactive"]));
  return stdout;
}

/** Runs a pulumi command on this terminal and gives its exit code. */
export async function runEngine(args: readonly string[]): Promise<number> {
  return runOnTerminal(engine(args));
}

/** The engine on PATH, in the caller's whole environment: backends and key sources read variables of their own. */
function engine(args: readonly string[]): Command {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    file: "pulumi",
    args,
    environment: Object.fromEntries(given),
    installHint: "Run it through npm: npm start finds or gets the Pulumi engine.",
  };
}
