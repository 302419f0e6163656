/**
 * Loaded by Node before the program (`nodeargs` in Pulumi.yaml), whatever Node the user's own pulumi finds: one too old
 * for the program (types are stripped by Node itself, and it uses `await using`) gets a sentence instead of a stack.
 * CommonJS and old syntax, because that Node must understand it.
 */
const OLDEST_MAJOR = 24;
/** Tells the language host that the user was told what to do: it says nothing more. */
const EXIT_TOLD = 32;

if (Number(process.versions.node.split(".")[0]) < OLDEST_MAJOR) {
  console.error(
    `Slipway's program is TypeScript for Node ${OLDEST_MAJOR} or newer, but this is Node ${process.versions.node}: put a newer Node first on PATH, or use "npm run pulumi", which brings its own.`,
  );
  process.exit(EXIT_TOLD);
}

require("./load-later.cjs");
