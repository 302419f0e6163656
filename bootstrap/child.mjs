/** The bootstrap's one door to other processes. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a program on this terminal. A terminal's Ctrl-C reaches the program by itself; this process only stays alive
 * until the program has ended in its own way (pulumi finishes what is in flight), and passes SIGTERM on.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} where
 * @returns {Promise<number>} the exit code; 128 + the signal's number where a signal ended it
 */
export function run(program, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    const stay = () => {};
    const passOn = () => child.kill("SIGTERM");
    process.on("SIGINT", stay);
    process.on("SIGTERM", passOn);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", stay);
      process.off("SIGTERM", passOn);
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * Runs a program and keeps what it prints.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, onLine?: (line: string) => void }} [how] `timeout`
 *   in milliseconds; `onLine` gets each line of standard error and output as it comes
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} a program that cannot be started at all has code
 *   127 and the reason as stderr
 */
export function capture(program, args, { cwd, env, timeout, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const stdout = collect(child.stdout, onLine);
    const stderr = collect(child.stderr, onLine);
    child.once("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.once("close", (code, signal) =>
      resolve({ code: exitCode(code, signal), stdout: stdout(), stderr: stderr() }),
    );
  });
}

/**
 * @param {import("node:stream").Readable} stream
 * @param {((line: string) => void) | undefined} onLine
 * @returns {() => string} all text so far
 */
function collect(stream, onLine) {
  let text = "";
  let shown = 0;
  stream.setEncoding("utf8");
  stream.on("data", (/** @type {string} */ chunk) => {
    text += chunk;
    if (onLine === undefined) return;
    for (let end = text.indexOf("\n", shown); end !== -1; end = text.indexOf("\n", shown)) {
      onLine(text.slice(shown, end).trimEnd());
      shown = end + 1;
    }
  });
  return () => text;
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
