import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../child.mjs";
import { findExecutables, searchPath } from "../executable.mjs";
import { beginStep } from "../report.mjs";
import { ROOT } from "../repository.mjs";
import { isAtLeast, parseVersion } from "../version.mjs";
import { BUILT_FROM_SOURCE, executableIn, keepEngine } from "./cached.mjs";

/** The oldest Go that builds the engine. */
export const OLDEST_GO = "1.25.0";
const COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const RECIPE = join(ROOT, "bootstrap", "engine", "go");

/**
 * Builds the engine from the Go module proxy. `go/go.mod` and `go/go.sum` beside this file pin every module of it.
 * Once: about 9 CPU minutes and 1.8 GB of memory.
 *
 * @param {string} version the version that `go/go.mod` pins
 * @returns {Promise<{ engine: import("./engine.mjs").Engine } | import("./engine.mjs").Attempt>}
 */
export async function buildEngine(version) {
  const go = await findGo();
  const way = "build from source";
  if (go === undefined) return { way, outcome: "go is not on PATH" };
  if (!isAtLeast(go.version, OLDEST_GO)) return { way, outcome: `go ${go.version} is older than ${OLDEST_GO}` };

  const step = beginStep("engine", `building pulumi ${version} with go ${go.version}, once (some minutes)`);
  try {
    const engine = await keepEngine(
      version,
      (holder) => step.update(`another run (process ${holder?.pid}) is building pulumi ${version}; waiting`),
      (work) => build(go.executable, version, work, step.update),
    );
    step.end(`pulumi ${version} built with go ${go.version}`);
    return { engine };
  } catch (error) {
    const outcome = error instanceof Error ? error.message : String(error);
    step.end(`pulumi ${version} could not be built`);
    return { way, outcome };
  }
}

/** @returns {Promise<{ executable: string, version: string } | undefined>} the first Go on the search path */
export async function findGo() {
  const executable = findExecutables("go", { path: searchPath(process.env) })[0];
  if (executable === undefined) return undefined;
  const { stdout } = await capture(executable, ["version"], { timeout: 60_000 });
  return { executable, version: parseVersion(stdout)?.join(".") ?? "of unknown version" };
}

/**
 * @param {string} go
 * @param {string} version
 * @param {string} work
 * @param {(text: string) => void} report
 * @returns {Promise<string>} the folder that holds the engine
 */
async function build(go, version, work, report) {
  const source = join(work, "source");
  const made = join(work, "engine");
  mkdirSync(source);
  mkdirSync(made);
  // A copy, because Go may touch go.sum and the clone must stay as it is.
  for (const file of ["go.mod", "go.sum", "engine.go"]) {
    copyFileSync(join(RECIPE, file), join(source, file));
  }
  const env = buildEnvironment(process.env);

  let modules = 0;
  const listed = await succeed(
    go,
    ["list", "-mod=readonly", "-deps", "-f", "{{.ImportPath}}", COMMAND],
    source,
    env,
    (line) => {
      if (line.startsWith("go: downloading")) report(`pulumi ${version}: ${++modules} Go modules fetched`);
    },
  );
  const total = listed.split("\n").length - 1;

  const executable = executableIn(made);
  let compiled = 0;
  const flags = ["-v", "-mod=readonly", "-trimpath", "-ldflags", `-s -w -X ${VERSION_VARIABLE}=v${version}`];
  await succeed(go, ["build", ...flags, "-o", executable, COMMAND], source, env, (line) => {
    if (line.startsWith("go: ")) return;
    compiled = Math.min(compiled + 1, total);
    report(
      `pulumi ${version}: ${compiled} of ${total} Go packages compiled, ${Math.floor((100 * compiled) / total)} %`,
    );
  });

  const built = await succeed(executable, ["version"], made, { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" });
  if (built.trim() !== `v${version}`) throw new Error(`what was built says it is ${built.trim()}`);
  addHosts(made);
  return made;
}

/**
 * Puts what a release brings beside the engine: the language host (a door to this project's own) and the host of
 * dynamic providers, which ships inside @pulumi/pulumi. Found on the search path instead, each would cost a warning in
 * every command.
 *
 * @param {string} folder
 */
export function addHosts(folder) {
  const sdk = join(ROOT, "node_modules", "@pulumi", "pulumi");
  for (const ending of ["", ".cmd"]) {
    copyFileSync(join(RECIPE, `pulumi-language-nodejs${ending}`), join(folder, `pulumi-language-nodejs${ending}`));
    copyFileSync(
      join(sdk, `pulumi-resource-pulumi-nodejs${ending}`),
      join(folder, `pulumi-resource-pulumi-nodejs${ending}`),
    );
  }
  writeFileSync(join(folder, BUILT_FROM_SOURCE), "");
}

/**
 * The user's settings, less those that would build something else: flags (GOFLAGS from the environment or from
 * `go env -w`), workspaces, cross-compilation, a C compiler.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function buildEnvironment(env) {
  const { GOOS: _system, GOARCH: _architecture, ...rest } = env;
  return { ...rest, GOFLAGS: "-buildvcs=false", GOWORK: "off", GO111MODULE: "on", CGO_ENABLED: "0" };
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} [onLine]
 * @returns {Promise<string>} what it printed
 */
async function succeed(program, args, cwd, env, onLine) {
  const { code, stdout, stderr } = await capture(program, args, { cwd, env, ...(onLine && { onLine }) });
  if (code === 0) return stdout;
  const faults = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("go: downloading"));
  throw new Error(`${program} ${args[0]} ended with exit code ${code}: ${faults.slice(-5).join(" | ")}`);
}
