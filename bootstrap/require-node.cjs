/**
 * Loaded by Node before the program (`nodeargs` in Pulumi.yaml), whatever Node the user's own pulumi finds: one too old
 * to run TypeScript gets a sentence instead of a stack. CommonJS and old syntax, because that Node must understand it.
 */
const OLDEST_MAJOR = 22;
const OLDEST_MINOR = 18;
/** Tells the language host that the user was told what to do: it says nothing more. */
const EXIT_TOLD = 32;

const running = process.versions.node.split(".");
const major = Number(running[0]);
if (major < OLDEST_MAJOR || (major === OLDEST_MAJOR && Number(running[1]) < OLDEST_MINOR)) {
  console.error(
    `Slipway's program is TypeScript, which Node runs by itself from ${OLDEST_MAJOR}.${OLDEST_MINOR} on, but this is Node ${process.versions.node}: put a newer Node first on PATH, or use "npm run pulumi", which brings its own.`,
  );
  process.exit(EXIT_TOLD);
}
