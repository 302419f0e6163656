import type { Git } from "./git.ts";

/** The newest commit of a branch. */
export interface Tip {
  readonly commit: string;
  readonly tree: string;
  /** Seconds since 1970. */
  readonly committed: number;
}

/** What a tree has at a path. */
export interface Entry {
  /** `100644`: git-fast-import(1), "filemodify". */
  readonly mode: string;
  /** Object id; of a file, that of its bytes. */
  readonly id: string;
}

/** Where fetched branches are, in the repository that git works on. */
const fetched = "refs/slipway/fetched";

/** Id of the newest commit of a branch; undefined where there is no such branch yet. One question to the remote. */
export async function tipId(git: Git, branch: string): Promise<string | undefined> {
  const name = `refs/heads/${branch}`;
  // Exit code 2 is for no such branch with --exit-code, which is not asked for: an empty list is an answer.
  const { stdout } = await git.ask(["ls-remote", "--quiet", "origin", name]);
  const lines = stdout.split("\n").map((line) => line.split("\t"));
  return lines.find(([, found]) => found === name)?.[0];
}

/** Fetches the newest commit of a branch and its trees, without what files hold; undefined where there is no branch. */
export async function fetchTip(git: Git, branch: string): Promise<Tip | undefined> {
  if ((await tipId(git, branch)) === undefined) return undefined;
  const how = ["--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-write-fetch-head", "--force"];
  await git.ask(["fetch", ...how, "origin", `+refs/heads/${branch}:${fetched}`]);
  return readTip(git, fetched);
}

/** The commit that a name of our own repository stands for. */
export async function readTip(git: Git, name: string): Promise<Tip> {
  const told = await git.run(["for-each-ref", "--format=%(objectname) %(tree) %(committerdate:unix)", name]);
  const [commit = "", tree = "", committed] = told.split(" ");
  return { commit, tree, committed: Number(committed) };
}

/** So many paths fit into one command line on every system. */
const pathsAtOnce = 100;

/** What a commit has at these paths and their folders. */
export async function entriesAt(
  git: Git,
  { commit }: Tip,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  for (let at = 0; at < paths.length; at += pathsAtOnce) {
    const told = await git.run(["ls-tree", "-t", "-z", commit, "--", ...paths.slice(at, at + pathsAtOnce)]);
    for (const line of told.split("\0")) {
      const [, mode, id, path] = /^(\d{6}) [a-z]+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (mode !== undefined && id !== undefined && path !== undefined) found.set(path, { mode, id });
    }
  }
  return found;
}
