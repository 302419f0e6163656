import { findExecutables, searchPath } from "../bootstrap/executable.mjs";
import { run } from "../packaging/process.ts";

/** What we are compared with, and how each says its version. */
const versionArguments: Readonly<Record<string, readonly string[]>> = {
  nfpm: ["--version"],
  "dpkg-deb": ["--version"],
  zstd: ["--version"],
  bsdtar: ["--version"],
  wixl: ["--version"],
  "apt-ftparchive": ["--version"],
  reprepro: ["--version"],
  aptly: ["version"],
};

/** Whether a program takes part. */
export type Installed = (name: string) => boolean;

/** The version of each peer on the search path; null for those that are not there. */
export async function findPrograms(): Promise<Readonly<Record<string, string | null>>> {
  const found: Record<string, string | null> = {};
  for (const [name, args] of Object.entries(versionArguments)) {
    const [file] = findExecutables(name, { path: searchPath(process.env) });
    found[name] = file === undefined ? null : await versionOf(file, args);
  }
  return found;
}

/** A program that was built by `go install` knows its module's version only through Go's build information. */
async function versionOf(file: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run({ file, args });
  const said = /\bv?(\d+\.\d+[\w.~+-]*)/.exec(`${stdout}\n${stderr}`.replace(/^Go.*$/gm, ""))?.[1];
  return said ?? (await moduleVersion(file)) ?? "unknown version";
}

async function moduleVersion(file: string): Promise<string | undefined> {
  const { stdout } = await run({ file: "go", args: ["version", "-m", file] }).catch(() => ({ stdout: "" }));
  return /^\s+mod\s+\S+\s+v(\S+)/m.exec(stdout)?.[1];
}
