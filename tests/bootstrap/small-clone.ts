import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../../bootstrap/child.mjs";
import { ROOT } from "../../bootstrap/repository.mjs";

export interface SmallClone {
  readonly folder: string;
  writeProgram(source: string): Promise<void>;
  /** Runs a door of the bootstrap, as npm would. */
  open(door: string, ...args: readonly string[]): ReturnType<typeof capture>;
  git(...args: readonly string[]): ReturnType<typeof capture>;
  remove(): Promise<void>;
}

const copied = [".gitignore", "Pulumi.yaml", "bootstrap", "package.json", "package-lock.json"];

/** A git repository with this project's bootstrap and dependencies, and a program of the test's own. */
export async function smallClone(): Promise<SmallClone> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-clone-"));
  for (const name of copied) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // A link, so the folder pattern of .gitignore does not match it.
  await writeFile(join(folder, ".gitignore"), "node_modules\n.slipway/\nstacks/Pulumi.dev.yaml\n");
  const git = (...args: readonly string[]) =>
    capture("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder });
  await git("init", "--quiet");
  return {
    folder,
    writeProgram: (source) => writeFile(join(folder, "index.ts"), source),
    open: (door, ...args) => capture(process.execPath, [`bootstrap/${door}.mjs`, ...args], { cwd: folder }),
    git,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
