import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../bootstrap/cache-folder.mjs";
import { findExecutables, searchPath } from "../bootstrap/executable.mjs";

/**
 * What end-to-end tests need of the machine beyond Node. `.ci/run` puts all of it where these functions look; a test
 * that misses one fails and says so, it is never skipped.
 */

/** The folder of a clean Debian root with apt, to be copied and never changed. */
export function pristineDebian(release: "12" | "13"): string {
  const variable = `SLIPWAY_TEST_DEBIAN_${release}`;
  const folder = process.env[variable] || join(cacheFolder(), "roots", `debian-${release}`);
  if (existsSync(join(folder, "usr", "bin", "apt-get"))) return folder;
  throw new Error(`there is no Debian ${release} root at ${folder}: run .ci/run once, or name one in ${variable}`);
}

/** The folder of a Debian root whose lintian judges packages as that release does; used in place, never changed. */
export function lintianRoot(release: "12" | "13"): string {
  const variable = `SLIPWAY_TEST_LINTIAN_${release}`;
  const folder = process.env[variable] || join(cacheFolder(), "roots", `debian-${release}-lintian`);
  if (existsSync(join(folder, "usr", "bin", "lintian"))) return folder;
  throw new Error(`there is no Debian ${release} root with lintian at ${folder}: run .ci/run once, or set ${variable}`);
}

/**
 * How xar, the program that Apple published, is run: it is packaged for Debian 13 alone, and runs out of that root with the
 * libraries there.
 */
export function appleXar(): readonly [file: string, ...args: string[]] {
  const root = lintianRoot("13");
  const file = join(root, "usr", "bin", "xar");
  if (!existsSync(file)) throw new Error(`there is no xar in ${root}: run .ci/run once`);
  const libraries = join(root, "usr", "lib", "x86_64-linux-gnu");
  return [join(libraries, "ld-linux-x86-64.so.2"), "--library-path", libraries, file];
}

/** A Python that has python-tuf, a TUF client that nobody here wrote, and python-debian. */
export function tufPython(): string {
  const python = process.env["SLIPWAY_TEST_PYTHON"] || join(cacheFolder(), "tuf-venv", "bin", "python");
  if (existsSync(python)) return python;
  throw new Error(
    `there is no Python with python-tuf at ${python}: run .ci/run once, or name one in SLIPWAY_TEST_PYTHON`,
  );
}

/** moto's server, a stand-in of S3 and IAM that nobody here wrote. */
export function motoServer(): string {
  return testTool("moto_server");
}

/** check-jsonschema, which holds files to a JSON Schema. */
export function checkJsonSchema(): string {
  return testTool("check-jsonschema");
}

/** zizmor, which looks for weaknesses in workflows. */
export function zizmor(): string {
  return testTool("zizmor");
}

/** actionlint, which checks workflows. */
export function actionlint(): string {
  return testTool("actionlint");
}

/** shellcheck, which checks shell scripts. */
export function shellcheck(): string {
  return testTool("shellcheck");
}

/** What `.ci/run` puts into one folder of the cache, at the versions that it names. */
function testTool(name: string): string {
  const folder = process.env["SLIPWAY_TEST_TOOLS"] || join(cacheFolder(), "tools-venv", "bin");
  const file = join(folder, name);
  if (existsSync(file)) return file;
  throw new Error(`there is no ${name} in ${folder}: run .ci/run once, or name its folder in SLIPWAY_TEST_TOOLS`);
}

/** The path of a program of the machine; `debianPackage` is what brings it. */
export function machineTool(name: string, debianPackage: string): string {
  const [found] = findExecutables(name, { path: searchPath(process.env) });
  if (found !== undefined) return found;
  throw new Error(`${name} is not on PATH: install the Debian package ${debianPackage}`);
}
