import { readFileSync } from "node:fs";
import { join } from "node:path";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { findNpm } from "../../npm.mjs";
import { Refusal } from "../../refusal.mjs";
import { ended, start } from "./processes.mjs";

/**
 * The packages that a program asks for itself, with the versions that are installed (`pulumi about` shows them).
 *
 * @param {string} folder the program's
 * @returns {import("@pulumi/pulumi/proto/language_pb.js").GetProgramDependenciesResponse}
 */
export function listDependencies(folder) {
  const { dependencies = {} } = readJson(join(folder, "package.json"));
  const list = Object.keys(dependencies).map((name) => {
    const { version } = readJson(join(folder, "node_modules", name, "package.json"));
    return new language.DependencyInfo().setName(name).setVersion(version);
  });
  return new language.GetProgramDependenciesResponse().setDependenciesList(list);
}

/**
 * Answers `pulumi install` with npm, whose output goes to the user.
 *
 * @param {import("@grpc/grpc-js").ServerWritableStream<import("@pulumi/pulumi/proto/language_pb.js").InstallDependenciesRequest, import("@pulumi/pulumi/proto/language_pb.js").InstallDependenciesResponse>} call
 */
export function installDependencies(call) {
  const npm = findNpm();
  if (npm === undefined) {
    call.destroy(new Refusal("npm was not found: install it, it comes with Node."));
    return;
  }
  const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  const child = start(npm.program, [...npm.args, "install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout?.on("data", (bytes) => call.write(new language.InstallDependenciesResponse().setStdout(bytes)));
  child.stderr?.on("data", (bytes) => call.write(new language.InstallDependenciesResponse().setStderr(bytes)));
  ended(child).then(
    (code) => (code === 0 ? call.end() : call.destroy(new Refusal(`npm install ended with exit code ${code}.`))),
    (error) => call.destroy(error),
  );
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
