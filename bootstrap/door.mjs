/**
 * The first file that any command loads. It must be understood by a Node that is too old for everything else, so it
 * imports nothing and uses no syntax newer than Node 14's.
 */

/** The oldest Node that can run the bootstrap; the program itself runs on the locked Node 24. */
const OLDEST_MAJOR = 20;

/**
 * Runs a command's `main` with the arguments of this process and makes its result the exit code. A `Refusal` is printed
 * as its message alone; any other error is a defect and keeps its stack.
 *
 * @param {() => Promise<{ main: (args: string[]) => Promise<number> }>} load imports the command's module
 * @returns {void}
 */
export function open(load) {
  const running = process.versions.node;
  if (Number(running.split(".")[0]) < OLDEST_MAJOR) {
    console.error(
      `Slipway starts on Node ${OLDEST_MAJOR} or newer (and then brings its own Node 24), but this is Node ${running}: install a newer Node, then run the command again.`,
    );
    process.exitCode = 1;
    return;
  }
  load()
    .then((command) => command.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        console.error(error instanceof Error && error.name === "Refusal" ? error.message : error);
        process.exitCode = 1;
      },
    );
}
