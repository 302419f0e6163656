/**
 * Loaded by Node before Pulumi's SDK. The SDK loads, in the process of the program and in that of the providers, what turns
 * functions of a program into text: a compiler, npm's tree of packages, a debugger that is told of every script. That is a
 * quarter of a run's time, and Slipway never turns a function into text (components/providers/resource.ts). What is
 * named here is loaded when somebody asks it for something, and then answers for its members as it always did: one by one, by
 * `in`, by their names and to `import`. Two things are other than before: a module that is itself a class is made by its member
 * of that name (`Arborist`), and the debugger does not know the files of functions from before, which are named in messages about
 * functions that cannot be made text.
 * CommonJS and old syntax, because a Node that is too old must get to the sentence that says so.
 */
const { createRequire, Module } = require("node:module");

/** The SDK's own processes, by the file that Node was started with. */
const SDK_PROCESS = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/](?:run|dynamic-provider)(?:[\\/]index\.js)?$/;

/** As `cmd/run/index.js` of the SDK would ask for them, with what each answers without being loaded. */
const LATER = [
  { name: "@npmcli/arborist", answers: {} },
  { name: "typescript", answers: {} },
  { name: "../../runtime/closure/v8Hooks", answers: { isInitializedAsync: () => Promise.resolve() } },
];

/**
 * Puts a stand-in for each of them into the cache of modules.
 *
 * @param {NodeJS.Require} sdk `require` of a file in a folder of the SDK's `cmd`
 */
function loadLater(sdk) {
  for (const { name, answers } of LATER) standIn(sdk, name, answers);
}

/**
 * @param {NodeJS.Require} sdk
 * @param {string} name
 * @param {Readonly<Record<string, unknown>>} answers
 */
function standIn(sdk, name, answers) {
  /** @type {string} */
  let file;
  try {
    file = sdk.resolve(name);
  } catch (_) {
    // A version of the SDK that has no such file does not load it either.
    return;
  }
  /** @type {Record<PropertyKey, unknown> | undefined} */
  let real;
  const load = () => {
    if (real !== undefined) return real;
    delete sdk.cache[file];
    /** @type {Record<PropertyKey, unknown>} */
    const loaded = sdk(file);
    real = loaded;
    return loaded;
  };
  /** @type {Map<PropertyKey, unknown>} */
  const early = new Map(Object.entries(Object.assign({ __esModule: true }, answers)));
  const module = new Module(file);
  module.filename = file;
  module.loaded = true;
  // The compiled SDK takes a module with `__esModule` as it is, and copies any other's members, which would load it.
  // The target stays empty and extensible, so that any answer about members is allowed as long as they are configurable.
  module.exports = new Proxy(Object.create(null), {
    get: (_, key) => (real === undefined && early.has(key) ? early.get(key) : load()[key]),
    set: (_, key, value) => Reflect.set(load(), key, value),
    has: (_, key) => key in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), key);
      return found && Object.assign(found, { configurable: true });
    },
  });
  sdk.cache[file] = module;
}

const started = process.argv[1] || "";
if (SDK_PROCESS.test(started)) loadLater(createRequire(require.resolve(started)));
