import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { withFoldersFirst } from "./executable.mjs";

/**
 * What a process needs to run the program on an engine: the locked Node first on the search path, then the engine and
 * the hosts beside it.
 *
 * @param {{ base: NodeJS.ProcessEnv, root: string, node: import("./locked-node.mjs").Node, engine: import("./engine/engine.mjs").Engine }} parts
 * @returns {NodeJS.ProcessEnv}
 */
export function engineEnvironment({ base, root, node, engine }) {
  return {
    ...withFoldersFirst(base, [dirname(node.executable), dirname(engine.executable)]),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The language host of a released engine names a plugin for each package below node_modules, hundreds of megabytes that a
    // stack without `slipway:aws` and `slipway:github` never starts. Those are fetched that a resource asks for.
    PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL: base["PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL"] ?? "true",
    // Node keeps what it compiled of the program, its TypeScript and its libraries: a third of a run without changes.
    NODE_COMPILE_CACHE: base["NODE_COMPILE_CACHE"] ?? join(root, ".slipway", "cache", "compiled"),
    // The engine starts the process of the providers by itself: nothing else reaches it.
    NODE_OPTIONS: nodeOptions(base["NODE_OPTIONS"], join(root, "bootstrap", "load-later.cjs")),
    ...(engine.fromSource && {
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      SLIPWAY_LANGUAGE_HOST: join(root, "bootstrap", "engine", "language-host", "server.mjs"),
    }),
  };
}

/**
 * @param {string | undefined} own the user's
 * @param {string} preload a file that every Node loads first
 * @returns {string} both
 */
function nodeOptions(own, preload) {
  // Node reads a backslash there as an escape, on Windows too.
  const option = `--require "${preload.replaceAll(sep, "/").replaceAll(/["\\]/g, "\\$&")}"`;
  if (own === undefined || own === "") return option;
  return own.includes(option) ? own : `${own} ${option}`;
}

/**
 * @param {{ base: NodeJS.ProcessEnv, node: import("./locked-node.mjs").Node }} parts
 * @returns {NodeJS.ProcessEnv} with the locked Node first on the search path
 */
export function nodeEnvironment({ base, node }) {
  return withFoldersFirst(base, [dirname(node.executable)]);
}

/**
 * The environment without what would lead a test to its user's own stacks.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutOwnStacks(env) {
  const own = /^PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE|CONFIG_PASSPHRASE_FILE|STACK|ACCESS_TOKEN)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}

/**
 * The URL of a file backend. On Windows Pulumi 3 turns what follows `file://` into an absolute path itself, so that the
 * drive must come first (`file://C:/state`); elsewhere it is an ordinary file URL.
 *
 * `metadata=skip`: otherwise each object has a second file `.attrs`, written in place, and an engine that is killed at
 * that moment leaves an empty one, after which no command can load the stack ("failed to load checkpoint: EOF").
 *
 * @param {string} folder absolute
 * @param {string} [platform]
 * @returns {string}
 */
export function backendUrl(folder, platform = process.platform) {
  const url = pathToFileURL(folder, { windows: platform === "win32" }).href;
  return `${platform === "win32" ? url.replace("file:///", "file://") : url}?metadata=skip`;
}
