import { execa } from "execa";
import { baseOptions, type Command, checkedArgs, type Finished, finish, outputLimitBytes } from "./process.ts";

/** A program that is talked to line by line while it runs. */
export interface Conversation {
  /** Lines of standard output; ends when the program closes it. */
  readonly lines: AsyncIterable<string>;
  /** Settles when the program has ended: refused like `run` when it failed. */
  readonly finished: Promise<Finished>;
  /** Writes one line to standard input. */
  send(line: string): void;
  /** Closes standard input. */
  close(): void;
  /** Ends the program at once. */
  kill(): void;
}

/** Starts a program whose standard input stays open until `close`; it ends with this process at the latest. */
export function converse(command: Omit<Command, "input">): Conversation {
  const child = execa(command.file, checkedArgs(command), {
    ...baseOptions(command),
    stdin: "pipe",
    buffer: { stdout: false },
    maxBuffer: outputLimitBytes,
  });
  // A program that has ended no longer reads: its exit code tells more than the broken pipe.
  child.stdin.on("error", () => undefined);
  const finished = child.then((result) => finish(command, result));
  // A caller may meet the failure as the end of `lines` first, and ask for the reason later.
  finished.catch(() => undefined);
  return {
    lines: child.iterable(),
    finished,
    send: (line) => void child.stdin.write(`${line}\n`),
    close: () => void child.stdin.end(),
    kill: () => void child.kill("SIGKILL"),
  };
}
