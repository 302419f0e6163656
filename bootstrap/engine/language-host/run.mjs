import { createRequire } from "node:module";
import { join } from "node:path";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { ended, start } from "./processes.mjs";

/** The exit code of a program that already told its user what is wrong (@pulumi/pulumi/cmd/run). */
const EXIT_TOLD = 32;

/**
 * Runs a program once, for a preview or an update.
 *
 * @param {import("@grpc/grpc-js").ServerUnaryCall<import("@pulumi/pulumi/proto/language_pb.js").RunRequest, import("@pulumi/pulumi/proto/language_pb.js").RunResponse>} call
 * @param {string} engineAddress
 * @returns {Promise<import("@pulumi/pulumi/proto/language_pb.js").RunResponse>}
 */
export async function runProgram(call, engineAddress) {
  const { request } = call;
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() ?? request.getPwd();
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const args = [
    ...nodeArguments(options["nodeargs"]),
    sdkModule(folder, "run"),
    ...flag("monitor", request.getMonitorAddress()),
    ...flag("engine", engineAddress),
    ...flag("organization", request.getOrganization()),
    ...flag("project", request.getProject()),
    ...flag("root-directory", info?.getRootDirectory() ?? ""),
    ...flag("stack", request.getStack()),
    ...flag("pwd", folder),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    ...flag("parallel", String(request.getParallel())),
    info?.getEntryPoint() ?? request.getProgram(),
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options["typescript"] !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
  const child = start("node", args, { env, stdio: ["ignore", "inherit", "inherit"] });
  call.once("cancelled", () => child.kill("SIGINT"));

  const response = new language.RunResponse();
  const code = await ended(child);
  if (code === EXIT_TOLD) return response.setBail(true);
  if (code !== 0) return response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

/**
 * Runs a policy pack or a provider written for Node until the engine hangs up.
 *
 * @param {import("@grpc/grpc-js").ServerWritableStream<import("@pulumi/pulumi/proto/language_pb.js").RunPluginRequest, import("@pulumi/pulumi/proto/language_pb.js").RunPluginResponse>} call
 */
export function runPlugin(call) {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const isPolicyPack = request.getKind() === "analyzer";
  const own = request.getArgsList();
  const args = [
    ...nodeArguments(options["nodeargs"]),
    sdkModule(folder, isPolicyPack ? "run-policy-pack" : "run-plugin"),
    // A policy pack takes its folder last, anything else first.
    ...(isPolicyPack ? [...own, folder] : [folder, ...own]),
  ];
  const env = {
    ...Object.fromEntries(request.getEnvList().map(splitVariable)),
    ...(options["typescript"] !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
  };
  const child = start("node", args, {
    cwd: isPolicyPack ? folder : request.getPwd(),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (bytes) => call.write(new language.RunPluginResponse().setStdout(bytes)));
  child.stderr?.on("data", (bytes) => call.write(new language.RunPluginResponse().setStderr(bytes)));
  call.once("cancelled", () => child.kill("SIGTERM"));
  ended(child).then(
    (code) => {
      call.write(new language.RunPluginResponse().setExitcode(code));
      call.end();
    },
    (error) => call.destroy(error),
  );
}

/**
 * The runtime option `nodeargs`: one string, split as a shell would (the official host's rule).
 *
 * @param {unknown} text
 * @returns {string[]}
 */
function nodeArguments(text) {
  if (typeof text !== "string") return [];
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([whole, double, single]) => double ?? single ?? whole);
}

/**
 * @param {string} folder of the program, whose own copy of the SDK counts
 * @param {string} command
 * @returns {string}
 */
function sdkModule(folder, command) {
  return createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${command}`);
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {string[]} nothing for an empty value
 */
function flag(name, value) {
  return value === "" ? [] : [`--${name}`, value];
}

/**
 * @param {string} variable `NAME=value`
 * @returns {[name: string, value: string]}
 */
function splitVariable(variable) {
  const equals = variable.indexOf("=");
  return [variable.slice(0, equals), variable.slice(equals + 1)];
}
