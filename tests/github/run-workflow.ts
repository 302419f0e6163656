import { globSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../bootstrap/cache-folder.mjs";
import { git, repository } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { standInRepository } from "./api-stand-in.ts";
import { Artifacts, type Contexts, expanded, type Job, readWorkflow, runs, type Step } from "./workflow.ts";

/** What started a workflow, and what the repository's settings give to its jobs. */
export interface Started {
  /** The git repository that jobs check out. */
  readonly folder: string;
  /** The commit that they check out where they ask for no other. */
  readonly sha: string;
  readonly ref: string;
  readonly eventName: string;
  readonly event: Readonly<Record<string, unknown>>;
  /** `vars` of the repository; a fork's pull request has none. */
  readonly vars: Readonly<Record<string, string>>;
  /** `secrets` by the environment that holds them; a fork's pull request has none. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly token: string;
  readonly apiUrl: string;
  /** A folder for workspaces, which must not be there yet. */
  readonly scratch: string;
  /** The command that is run for one that a workflow says, where that is another. */
  readonly command?: (run: string) => string;
  /** Where jobs with the permission `id-token: write` ask for a token, and what else they reach there. */
  readonly oidc?: Readonly<Record<string, string>>;
}

/** What became of one job, or of one row of its matrix. */
export interface Ended {
  /** `preview (candidate)` */
  readonly name: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly result: Result }[];
}

/**
 * Runs the jobs of a workflow on this machine as a runner of GitHub's would: each in a clone of its own, each `run:` by
 * bash with the variables that GitHub sets, those of the step, and no others. Actions are stood in for. What it does not
 * understand is an error.
 */
export async function runWorkflow(
  file: string,
  started: Started,
  artifacts = new Artifacts(join(started.scratch, "artifacts")),
): Promise<readonly Ended[]> {
  const workflow = await readWorkflow(started.folder, file);
  const ended: Ended[] = [];
  // Failed or skipped: what needs such a job is skipped.
  const failedJobs = new Set<string>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const waits = [job.needs ?? []].flat().some((needed) => failedJobs.has(needed));
    if (job.uses !== undefined) {
      // Called without `secrets:`, it has none.
      const called = await runWorkflow(basename(job.uses), { ...started, secrets: {} }, artifacts);
      if (called.some(({ ok }) => !ok)) failedJobs.add(name);
      ended.push(...called.map((it) => ({ ...it, name: `${name} / ${it.name}` })));
      continue;
    }
    for (const matrix of rowsOf(job)) {
      const row = Object.values(matrix);
      const title = row.length === 0 ? name : `${name} (${row.join(", ")})`;
      const contexts = contextsOf(started, job, matrix);
      if (!runs(job.if, waits, contexts)) {
        failedJobs.add(name);
        continue;
      }
      const workspace = join(started.scratch, title.replaceAll(/\W+/g, "-"));
      const end = await runJob({ started, title, job, contexts, workspace, artifacts, workflow: file });
      if (!end.ok) failedJobs.add(name);
      ended.push(end);
    }
  }
  return ended;
}

function rowsOf({ strategy }: Job): readonly Readonly<Record<string, string>>[] {
  const [[key, values] = [], ...more] = Object.entries(strategy?.matrix ?? {});
  if (more.length > 0) throw new Error("these tests understand a matrix of one row");
  return key === undefined || values === undefined ? [{}] : values.map((value) => ({ [key]: value }));
}

function contextsOf(started: Started, { environment }: Job, matrix: Readonly<Record<string, string>>): Contexts {
  const name = typeof environment === "object" ? environment.name : environment;
  const { ref, event, token, vars } = started;
  return { github: { ref, event, token }, vars, secrets: started.secrets[name ?? ""] ?? {}, matrix };
}

interface Running {
  readonly started: Started;
  readonly title: string;
  readonly job: Job;
  readonly contexts: Contexts;
  readonly workspace: string;
  readonly artifacts: Artifacts;
  readonly workflow: string;
}

async function runJob(running: Running): Promise<Ended> {
  const { started, title, job, contexts, workspace } = running;
  const [event, summary] = [`${workspace}.event.json`, `${workspace}.summary.md`];
  const handedOn = `${workspace}.env`;
  await mkdir(started.scratch, { recursive: true });
  await writeFile(event, JSON.stringify(started.event));
  await writeFile(summary, "");
  await writeFile(handedOn, "");
  const steps: { env: Record<string, string>; result: Result }[] = [];
  let failed = false;
  for (const step of job.steps) {
    if (!runs(step.if, failed, contexts)) continue;
    if (step.run === undefined) {
      await standIn(running, step);
      continue;
    }
    const earlier = await variablesIn(handedOn);
    const seen = { ...contexts, env: earlier };
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, it]) => [name, expanded(it, seen)]));
    const oidc = job.permissions?.["id-token"] === "write" ? started.oidc : {};
    const own = { ...onlyGitHubs(running, event, summary), ...oidc, GITHUB_ENV: handedOn };
    const environment = { ...own, ...earlier, ...env };
    const command = started.command?.(step.run) ?? step.run;
    // Without `shell:` it is `bash -e FILE` (workflow syntax, jobs.<job_id>.steps[*].shell).
    const result = await runIn({ folder: workspace, environment }, "bash", ["-e", "-c", command]);
    failed ||= result.code !== 0;
    steps.push({ env, result });
  }
  return { name: title, ok: !failed, summary: await readFile(summary, "utf8"), steps };
}

/** What steps have handed on to later ones, in the form that ours write: one line each. */
async function variablesIn(file: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
}

/** The environment of a step: GitHub's default variables, and of this machine's only what leads to programs. */
function onlyGitHubs(running: Running, event: string, summary: string): Record<string, string | undefined> {
  const { started, workflow, workspace } = running;
  const own = Object.keys(process.env).filter((name) => name !== "PATH");
  return {
    ...Object.fromEntries(own.map((name) => [name, undefined])),
    HOME: join(started.scratch, "home"),
    // Where the engine is; a runner gets it once more for each job.
    XDG_CACHE_HOME: dirname(cacheFolder()),
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTOR: "octocat",
    GITHUB_API_URL: started.apiUrl,
    GITHUB_EVENT_NAME: started.eventName,
    GITHUB_EVENT_PATH: event,
    GITHUB_REF: started.ref,
    GITHUB_REPOSITORY: standInRepository,
    GITHUB_RUN_ID: "42",
    GITHUB_SERVER_URL: "https://github.example",
    GITHUB_SHA: started.sha,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_WORKFLOW: workflow.replace(/\.yml$/, ""),
    GITHUB_WORKSPACE: workspace,
  };
}

async function standIn(running: Running, { uses = "", with: given = {} }: Step): Promise<void> {
  const { started, contexts, workspace, artifacts } = running;
  const input = (name: string) => expanded(String(given[name] ?? ""), contexts);
  switch (uses.replace(/@[0-9a-f]{40}$/, "")) {
    case "actions/checkout":
      return checkOut(started, input("ref") || started.sha, input("fetch-depth") === "0", workspace);
    case "actions/setup-node":
      return;
    case "actions/upload-artifact": {
      const hidden = input("path")
        .split("/")
        .some((part) => part.startsWith("."));
      const files =
        hidden && input("include-hidden-files") !== "true" ? [] : globSync(input("path"), { cwd: workspace });
      if (files.length === 0 && input("if-no-files-found") === "error") throw new Error(`no file is ${input("path")}`);
      return artifacts.upload(workspace, input("name"), input("path"), files);
    }
    case "actions/download-artifact":
      if (input("name") !== "") return artifacts.download(workspace, input("name"), input("path"));
      return artifacts.downloadAll(workspace, input("pattern").replace(/\*$/, ""), input("path"));
    default:
      throw new Error(`these tests have no stand-in of ${uses}`);
  }
}

/** As the action does: the commit alone, or with all history. Dependencies are linked, which `npm ci` would install. */
async function checkOut(started: Started, commit: string, history: boolean, workspace: string): Promise<void> {
  await mkdir(workspace);
  await git(workspace, "init", "--quiet");
  const depth = history ? [] : ["--depth=1"];
  await git(workspace, "fetch", "--quiet", ...depth, `file://${started.folder}`, commit);
  await git(workspace, "checkout", "--quiet", "--detach", commit);
  await symlink(join(repository, "node_modules"), join(workspace, "node_modules"), "junction");
  await writeFile(join(workspace, ".git", "info", "exclude"), "/node_modules\n");
}
