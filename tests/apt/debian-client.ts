import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type DebianRoot, debianRoot } from "./debian-root.ts";

/** A throw-away Debian machine whose only packages to come are a bucket's. */
export interface DebianClient extends DebianRoot {
  /** Runs apt-get, which has to succeed without one line that warns of anything; gives what it printed. */
  aptGet(...args: readonly string[]): Promise<string>;
  /** What apt has installed and what it would install: `1.0.0 → 1.1.0`, `(none) → 1.0.0`. */
  policy(name: string): Promise<string>;
  /** What a program prints when it is started with `--version`. */
  version(name: string): Promise<string>;
}

/** Sets a Debian machine up as the install lines say: the archive's keyring and its `.sources` file, nothing else. */
export async function debianClient(
  t: TestContext,
  options: {
    readonly release: "12" | "13";
    /** Its folder, or what fetches an object of it. */
    readonly bucket: string | ((path: string) => Promise<Buffer>);
    readonly archive: string;
    readonly suite?: string;
  },
): Promise<DebianClient> {
  const { release, bucket, archive, suite = "dev" } = options;
  const read = typeof bucket === "string" ? (path: string) => readFile(join(bucket, path)) : bucket;
  const sourcesText = `${await read(`dists/${archive}-${suite}.sources`)}`;
  const bytes = await read(`keys/${archive}-archive-keyring.gpg`);
  const [, path] = /^Signed-By: (\/.*)$/m.exec(sourcesText) ?? [];
  assert(path !== undefined, sourcesText);
  const root = await debianRoot({ release, sourcesText, keyring: { path, bytes } });
  t.after(() => root.remove());
  return {
    ...root,
    aptGet: async (...args) => {
      const { exitCode, stdout, stderr } = await root.run("apt-get", ...args);
      assert.equal(exitCode, 0, stdout + stderr);
      assert.doesNotMatch(stdout + stderr, alarming);
      return stdout;
    },
    policy: async (name) => {
      const { stdout } = await root.run("apt-cache", "policy", name);
      const [installed, candidate] = ["Installed", "Candidate"].map(
        (field) => new RegExp(`^  ${field}: (.*)$`, "m").exec(stdout)?.[1],
      );
      return `${installed} → ${candidate}`;
    },
    version: async (name) => (await root.run(name, "--version")).stdout,
  };
}

/** apt's own marks at the start of a line, and what dpkg and maintainer scripts say when something is not right. */
const alarming = /^(?:W|N|E|Ign|Err|Warning|Notice|Error)\b|\b(?:warning|error|failed|cannot|could not|unable)\b/im;
