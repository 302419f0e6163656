import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Options } from "execa";
import { type ErrorCode, refusal } from "./errors.ts";

/** A program to run. Its arguments are seen by every user of the machine: secrets go through `input`. */
export interface Command {
  /** A path, or a name that is looked up on PATH. No shell is involved. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly folder?: string;
  /** Standard input; without it the program reads an empty one. */
  readonly input?: string | Uint8Array;
  /** Variables on top of the small environment that every program gets (see `baseEnvironment`). */
  readonly environment?: Readonly<Record<string, string>>;
  /** Values that are kept out of every error text, and refused among the arguments. */
  readonly secrets?: readonly string[];
  /** Exit codes that mean success; by default only 0. */
  readonly accept?: readonly number[];
  readonly timeoutSeconds?: number;
  /** The code of the refusal when the program fails; SLW-BUILD by default. */
  readonly code?: ErrorCode;
  /** What to do where the program is not installed: "Install it with: apt install gpgv". */
  readonly installHint?: string;
}

/** What a program that ended well has left. Output is UTF-8 text without its last line break. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program may write before it is stopped. */
export const outputLimitBytes = 64 << 20;
const stderrLinesShown = 12;

/**
 * Runs a program to its end.
 * @throws SlipwayError SLW-TOOL-MISSING where it is not installed; `command.code` where it fails, with command, exit
 * code and the last lines of standard error.
 */
export async function run(command: Command): Promise<Finished> {
  // A hundred modules, and most updates start no program.
  const { execa } = await import("execa");
  const result = await execa(command.file, checkedArgs(command), {
    ...baseOptions(command),
    ...(command.input === undefined ? { stdin: "ignore" } : { input: command.input }),
    maxBuffer: outputLimitBytes,
  });
  return finish(command, result);
}

/**
 * Runs a program on this process's own terminal and gives its exit code: 128 where a signal ended it. A terminal's Ctrl+C
 * reaches the program by itself, which ends in its own way; this process waits for that, and passes SIGTERM on.
 * @throws SlipwayError SLW-TOOL-MISSING where it is not installed.
 */
export async function runOnTerminal(command: Omit<Command, "input" | "accept" | "code">): Promise<number> {
  const { execa } = await import("execa");
  const child = execa(command.file, checkedArgs(command), { ...baseOptions(command), stdio: "inherit" });
  const stay = (): void => {};
  const passOn = (): void => void child.kill("SIGTERM");
  process.on("SIGINT", stay).on("SIGTERM", passOn);
  try {
    const result = await child;
    // Neither: it never ran, and the refusal says why.
    if (result.exitCode === undefined && result.signal === undefined) finish(command, result);
    return result.exitCode ?? 128;
  } finally {
    process.off("SIGINT", stay).off("SIGTERM", passOn);
  }
}

/** How every program is started. */
export function baseOptions(command: Command) {
  return {
    ...(command.folder === undefined ? {} : { cwd: command.folder }),
    ...(command.timeoutSeconds === undefined ? {} : { timeout: command.timeoutSeconds * 1000 }),
    env: { ...baseEnvironment(process.env), ...command.environment },
    extendEnv: false,
    reject: false,
    windowsHide: true,
  } as const satisfies Options;
}

/** What programs need to find themselves and a place for temporary files. Windows does not start any without its own. */
const inherited = [
  ...["PATH", "HOME", "TMPDIR"],
  ...["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP"],
  ...["USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"],
];

/** The environment of every program: the few inherited variables, one time zone, one locale. */
export function baseEnvironment(from: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(from).filter(([name]) => inherited.includes(name.toUpperCase()));
  const environment: Record<string, string> = { TZ: "UTC", LC_ALL: "C.UTF-8" };
  for (const [name, value] of kept) if (value !== undefined) environment[name] = value;
  return environment;
}

/** A command's arguments; a secret among them is a fault of ours. */
export function checkedArgs(command: Command): readonly string[] {
  const args = command.args ?? [];
  const leaks = (command.secrets ?? []).some((secret) => secret !== "" && args.some((arg) => arg.includes(secret)));
  if (leaks) throw new Error(`an argument of ${basename(command.file)} holds a secret; give it on standard input`);
  return args;
}

/** The part of execa's result that is used; its own type depends on each call's options. */
interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  /** The system's error code where the program could not be started. */
  readonly code?: string | undefined;
  readonly originalMessage?: string | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
}

/** What an ended program left, or the refusal of one that failed (see `run`). */
export function finish(command: Command, result: Outcome): Finished {
  const { exitCode } = result;
  if (exitCode !== undefined && !result.timedOut && !result.isMaxBuffer && (command.accept ?? [0]).includes(exitCode)) {
    return { exitCode, stdout: text(result.stdout), stderr: text(result.stderr) };
  }
  const name = basename(command.file);
  const folderExists = command.folder === undefined || existsSync(command.folder);
  if (result.code === "ENOENT" && folderExists) {
    throw refusal("SLW-TOOL-MISSING", `${name} is needed and was not found.`, { hint: command.installHint });
  }
  const code = command.code ?? "SLW-BUILD";
  throw refusal(code, redact(command, `${commandLine(command)} ${howItEnded(command, result)}`), {
    excerpt: redact(command, lastLines(text(result.stderr))) || undefined,
  });
}

function howItEnded(command: Command, result: Outcome): string {
  if (result.timedOut) return `was stopped after ${command.timeoutSeconds} s.`;
  if (result.isMaxBuffer) return `wrote more than ${outputLimitBytes >> 20} MiB and was stopped.`;
  if (result.exitCode !== undefined) return `ended with exit code ${result.exitCode}.`;
  if (result.signal !== undefined) return `was ended by ${result.signal}.`;
  return `could not be started: ${result.originalMessage ?? result.code ?? "unknown reason"}`;
}

function commandLine(command: Command): string {
  const args = command.args ?? [];
  const shown = args.length > 8 ? [...args.slice(0, 8), "…"] : args;
  return [basename(command.file), ...shown].join(" ");
}

function lastLines(stderr: string): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .slice(-stderrLinesShown)
    .map((line) => `    ${line.slice(0, 400)}`)
    .join("\n");
}

function redact(command: Command, message: string): string {
  const secrets = (command.secrets ?? []).filter((secret) => secret !== "");
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), message);
}

function text(output: unknown): string {
  return typeof output === "string" ? output : "";
}
