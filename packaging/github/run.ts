import { readFile } from "node:fs/promises";
import { z } from "zod";
import { refusal } from "../errors.ts";

/** The pull request that a job runs for. */
export interface PullRequest {
  readonly number: number;
  /** Its branch is in another repository: the job's token may not write here. */
  readonly fork: boolean;
}

/** What GitHub tells a job of itself in variables (Actions, "Variables": default environment variables). */
export interface Run {
  /** `owner/name` */
  readonly repository: string;
  /** Without a final slash; another than github.com's on an Enterprise Server. */
  readonly apiUrl: string;
  /** The page of this run, where it is known. */
  readonly url: string | undefined;
  /** undefined where something else than a pull request started it. */
  readonly pullRequest: PullRequest | undefined;
  /** The file whose Markdown becomes the job's summary. */
  readonly summaryFile: string | undefined;
}

const event = z.looseObject({
  pull_request: z
    .looseObject({
      number: z.int().positive(),
      // The repository of a fork may be deleted while its pull request stays.
      head: z.looseObject({ repo: z.looseObject({ full_name: z.string() }).nullable() }),
    })
    .optional(),
});

/**
 * The job that this process is a step of; undefined where it runs elsewhere. Refuses (SLW-GITHUB) variables and events
 * that are not as GitHub sets them.
 */
export async function currentRun(environment: Readonly<NodeJS.ProcessEnv>): Promise<Run | undefined> {
  const { GITHUB_EVENT_PATH: eventFile, GITHUB_REPOSITORY: repository = "" } = environment;
  if (!eventFile) return undefined;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw refusal("SLW-GITHUB", `GITHUB_REPOSITORY is OWNER/NAME, and is ${JSON.stringify(repository)}.`);
  }
  const { pull_request: found } = await readEvent(eventFile);
  const { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: id } = environment;
  return {
    repository,
    apiUrl: (environment["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, ""),
    url: server && id ? `${server}/${repository}/actions/runs/${id}` : undefined,
    pullRequest: found && { number: found.number, fork: found.head.repo?.full_name !== repository },
    summaryFile: environment["GITHUB_STEP_SUMMARY"] || undefined,
  };
}

async function readEvent(file: string): Promise<z.infer<typeof event>> {
  try {
    return event.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refusal("SLW-GITHUB", `The event in GITHUB_EVENT_PATH is not one of GitHub's: ${why}.`);
  }
}
