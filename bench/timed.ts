import { runIn } from "../tests/engine/command.ts";

export interface Timed {
  /** On the clock. */
  readonly seconds: number;
  /** Of all processors, with all children that were waited for. */
  readonly processorSeconds: number;
}

/** Runs a program to its end by bash's `time`, and refuses one that fails. */
export async function timed(
  folder: string,
  command: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Timed> {
  const script = 'TIMEFORMAT="timed %R %U %S"; time "$@"';
  const { code, text } = await runIn({ folder, environment }, "bash", ["-c", script, "bash", ...command]);
  const [, seconds, user, system] = /timed ([\d.]+) ([\d.]+) ([\d.]+)\n$/.exec(text) ?? [];
  if (code !== 0 || seconds === undefined)
    throw new Error(`${command.join(" ")} ended with exit code ${code}:\n${text}`);
  return { seconds: Number(seconds), processorSeconds: Number(user) + Number(system) };
}
