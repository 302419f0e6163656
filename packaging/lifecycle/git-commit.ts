import { z } from "zod";
import { tipId } from "../git/branch.ts";
import { branchDifferences, commitFiles } from "../git/commit-files.ts";
import { type Git, withGit } from "../git/git.ts";
import { parseRemote } from "../git/remote.ts";
import { isVacant } from "../git/start-remote.ts";
import { localPlaces } from "../places.ts";
import { isAtHand } from "../signing/key-source.ts";
import { openToken } from "../signing/token.ts";
import { keySource, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  /** What these files are in the repository: the same for every version. */
  name: z.string(),
  /** A folder (relative to the project's) or an address. */
  remote: z.string(),
  branch: z.string(),
  /** Path → text: a preview shows the lines that change. */
  files: z.record(z.string(), z.string()),
  message: z.string(),
  author: z.strictObject({ name: z.string(), email: z.string() }),
  /** Seconds since 1970: when the author wrote it. */
  date: z.number().int().nonnegative(),
  token: keySource.optional(),
});

type Inputs = z.infer<typeof inputs>;

interface Outputs extends Values {
  /** The commit that brought the files, or a later one that left them as they are. */
  readonly commit: string;
  readonly tree: string;
}

/** Files that this stack keeps in a branch of a git repository: one commit each time they change. */
export const lifecycle = lifecycleOf<Inputs, Outputs>({
  kind: "git commit",
  inputs,
  // Other words about the same files are no reason for a commit.
  circumstances: ["message", "author", "date", "token"],
  id: ({ name }) => `git/${name}`,
  write: async (values, before) => {
    const { branch, files, message, author, date } = values;
    const owned = ownedBefore(values, before);
    const request = { branch, files, owned, message, author, date };
    const { commit, tree } = await withRemote(values, (git) => commitFiles(git, request));
    return { commit, tree };
  },
  lags: async (values, { commit }) => {
    // A preview may run where the token is not: then a refresh by who has it looks.
    if (values.token !== undefined && !isAtHand(values.token)) return false;
    return withRemote(values, async (git) => {
      if (await isMissing(git)) return true;
      const { branch, files } = values;
      return (await tipId(git, branch)) !== commit && (await branchDifferences(git, branch, files)).length > 0;
    });
  },
  drift: (values) =>
    withRemote(values, async (git) => {
      const { branch, files } = values;
      if (await isMissing(git)) return Object.keys(files).map((path) => `${path}: missing`);
      return branchDifferences(git, branch, files);
    }),
});

async function withRemote<Result>({ remote, token }: Inputs, use: (git: Git) => Promise<Result>): Promise<Result> {
  const { projectRoot, cache } = localPlaces();
  const parsed = parseRemote(remote, projectRoot);
  const opened = token === undefined ? undefined : await openToken(token);
  return withGit(parsed, opened, await cache.temporaryFolder(), use);
}

/** The paths that the state remembers, where they are of the same branch. */
function ownedBefore({ remote, branch }: Inputs, before: Outputs | undefined): readonly string[] {
  if (before?.["remote"] !== remote || before["branch"] !== branch) return [];
  return Object.keys(z.record(z.string(), z.string()).parse(before["files"]));
}

async function isMissing({ remote: { folder } }: Git): Promise<boolean> {
  return folder !== undefined && isVacant(folder);
}
