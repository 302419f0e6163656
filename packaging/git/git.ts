import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { refusal } from "../errors.ts";
import { type Finished, run } from "../process.ts";
import { withSecretFolder } from "../secret-folder.ts";
import { gitConfiguration, gitEnvironment } from "./configuration.ts";
import { gitRefusal, isTransient } from "./refused.ts";
import { type Remote, tokenHeader } from "./remote.ts";

/** git at work on a repository of its own, which is empty at first and knows one remote by the name `origin`. */
export interface Git {
  readonly remote: Remote;
  /** Runs a git command; refuses (SLW-GIT) where it ends with another code than 0. `input` is its standard input. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** One that talks to the remote: tried again where the way there failed. `accept`: other exit codes that are answers. */
  ask(args: readonly string[], accept?: readonly number[]): Promise<Finished>;
}

const installHint = "Install git 2.32 or newer (2021).";
/** A server that does not answer; low speeds end earlier, see the configuration. */
const timeoutSeconds = 600;
/** Waits before the tries after the first, in milliseconds. */
const waits = [1000, 4000];

/**
 * Hands git with a repository below `folder` to `use`, and removes the folder: it is empty and this user's alone. Nothing
 * that a user or a machine has configured takes part; a token reaches git in its environment alone.
 * @throws SlipwayError SLW-TOOL-MISSING without git, SLW-GIT where it is too old.
 */
export async function withGit<Result>(
  remote: Remote,
  token: string | undefined,
  folder: string,
  use: (git: Git) => Promise<Result>,
): Promise<Result> {
  return withSecretFolder(folder, async () => {
    await requireGit();
    await mkdir(folder, { recursive: true });
    const configuration = path.join(folder, "configuration");
    const repository = path.join(folder, "repository");
    await writeFile(configuration, gitConfiguration(remote, process.platform), { flag: "wx" });
    const handed = token === undefined ? undefined : tokenHeader(remote, token);
    const environment = { ...gitEnvironment(configuration, handed), GIT_DIR: repository };
    const secrets = handed === undefined || token === undefined ? [] : [token, handed.header.replace(/^.* /, "")];
    const start = (args: readonly string[], accept: readonly number[], input?: string) =>
      run({
        ...{ file: "git", args, folder, environment, secrets, accept, timeoutSeconds, installHint, code: "SLW-GIT" },
        ...(input === undefined ? {} : { input }),
      });
    const tried = async (
      args: readonly string[],
      accept: readonly number[],
      [wait, ...more]: readonly number[],
      input?: string,
    ): Promise<Finished> => {
      const finished = await start(args, [0, 1, 128], input);
      if (finished.exitCode === 0 || accept.includes(finished.exitCode)) return finished;
      if (wait === undefined || !isTransient(finished.stderr)) throw gitRefusal(remote, finished, secrets);
      await setTimeout(wait);
      return tried(args, accept, more, input);
    };
    await tried(["init", "--quiet", "--bare", "--template="], [], []);
    return use({
      remote,
      run: async (args, input) => (await tried(args, [], [], input)).stdout,
      ask: (args, accept = []) => tried(args, accept, waits),
    });
  });
}

let known: Promise<void> | undefined;

/** Refuses a git that would not keep to our configuration: GIT_CONFIG_GLOBAL came with 2.32. */
async function requireGit(): Promise<void> {
  known ??= run({ file: "git", args: ["--version"], installHint, timeoutSeconds }).then(({ stdout }) => {
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 32)) return;
    throw refusal("SLW-GIT", `git 2.32 or newer is needed, and this is ${stdout.trim()}.`, { hint: installHint });
  });
  return known;
}
