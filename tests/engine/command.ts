import { execa } from "execa";

/** What a command that has ended leaves; a failure is a result too. */
export interface Result {
  /** 128 where a signal or the time limit ended it. */
  readonly code: number;
  /** Standard output and standard error, interleaved as they came. */
  readonly text: string;
  /** Standard output alone, for what a program reads. */
  readonly stdout: string;
}

export interface Place {
  readonly folder: string;
  /** Variables on top of `testEnvironment()`; undefined removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** A command that the program is started through: `["taskset", "-c", "0"]`. */
  readonly through?: readonly string[];
  /** Hears of the process once it runs. */
  readonly onStart?: (pid: number) => void;
  /** Hears all that the program has printed so far, each time that it prints more. */
  readonly onText?: (text: string) => void;
}

/** Runs a program to its end, whatever that is; standard input is empty. Ten minutes are its limit. */
export async function runIn(place: Place, file: string, args: readonly string[]): Promise<Result> {
  const [program = file, ...rest] = [...(place.through ?? []), file, ...args];
  const child = execa(program, rest, {
    cwd: place.folder,
    env: { ...testEnvironment(process.env), ...place.environment },
    extendEnv: false,
    stdin: "ignore",
    all: true,
    reject: false,
    timeout: 10 * 60_000,
    maxBuffer: 256 << 20,
    stripFinalNewline: false,
    windowsHide: true,
  });
  if (child.pid !== undefined) place.onStart?.(child.pid);
  let soFar = "";
  child.all.setEncoding("utf8").on("data", (chunk: string) => {
    soFar += chunk;
    place.onText?.(soFar);
  });
  const { exitCode, all, stdout, shortMessage } = await child;
  return { code: exitCode ?? 128, text: exitCode === undefined ? `${all}${shortMessage}\n` : all, stdout };
}

/**
 * The environment without what would lead a test to its user's own stacks, engine settings or running test runner. The
 * bootstrap of the checkout sets what pulumi needs.
 */
export function testEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = /^(PULUMI_.*|SLIPWAY_LANGUAGE_HOST|NODE_OPTIONS|NODE_TEST_CONTEXT|FORCE_COLOR)$/;
  return { ...Object.fromEntries(Object.entries(from).filter(([name]) => !own.test(name))), NO_COLOR: "1" };
}
