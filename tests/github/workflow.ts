import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { relative } from "node:path/posix";
import { parse } from "yaml";

/** A workflow's file, as far as ours use what GitHub allows. */
export interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  /** A workflow of this repository that is the job; its own jobs have the steps. */
  readonly uses?: string;
  readonly environment?: string | { readonly name: string };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

export interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function readWorkflow(folder: string, name: string): Promise<Workflow> {
  const { jobs, ...others } = parse(await readFile(join(folder, ".github", "workflows", name), "utf8")) as Workflow;
  const withSteps = Object.entries(jobs).map(([job, it]) => [job, { ...it, steps: it.steps ?? [] }] as const);
  return { ...others, jobs: Object.fromEntries(withSteps) };
}

/** What expressions see: `github.ref`, `secrets.NAME`. */
export type Contexts = Readonly<Record<string, unknown>>;

/**
 * A text with its `${{ a.b.c }}` looked up, empty where there is none, as GitHub does; of `${{ a.b || c.d }}` the first that
 * is not empty. Ours have no other expressions.
 */
export function expanded(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (whole, expression: string) => {
    const values = expression.split("||").map((part) => {
      const path = /^ ([a-z]+(?:\.[\w-]+)+) $/.exec(part)?.[1];
      if (path === undefined) throw new Error(`${whole} is more than these tests understand`);
      const found = path.split(".").reduce<unknown>((value, key) => Object(value)[key], contexts);
      return typeof found === "string" || typeof found === "number" ? String(found) : "";
    });
    return values.find((value) => value !== "") ?? "";
  });
}

/** Whether a job or step with this condition runs, `failed` saying whether something before it did. */
export function runs(condition: string | undefined, failed: boolean, contexts: Contexts): boolean {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's.
  if (condition === "${{ !cancelled() }}") return true;
  if (failed) return false;
  if (condition === undefined) return true;
  const [, left, right] = /^([\w.]+) == '([^']*)'$/.exec(condition) ?? [];
  if (left === undefined) throw new Error(`if: ${condition} is more than these tests understand`);
  return expanded(`\${{ ${left} }}`, contexts) === right;
}

/** Stand-ins of actions/upload-artifact and actions/download-artifact: one folder per artifact. */
export class Artifacts {
  readonly #folder: string;
  readonly #files = new Map<string, readonly string[]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps files of the workspace, under their paths from the first folder of `pattern` that has a wildcard. */
  async upload(workspace: string, name: string, pattern: string, files: readonly string[]): Promise<void> {
    const parts = pattern.split("/");
    const base = parts
      .slice(
        0,
        parts.findIndex((part) => part.includes("*")),
      )
      .join("/");
    const paths = files.map((file) => relative(base, file));
    for (const [at, file] of files.entries()) {
      await cp(join(workspace, file), join(this.#folder, name, paths[at] ?? ""), { recursive: true });
    }
    this.#files.set(name, paths);
  }

  /** Puts all files of the artifact of this name into one folder of the workspace. */
  async download(workspace: string, name: string, to: string): Promise<void> {
    const files = this.#files.get(name);
    if (files === undefined) throw new Error(`no job has uploaded ${name}`);
    for (const file of files) await cp(join(this.#folder, name, file), join(workspace, to, file), { recursive: true });
  }

  /** The same of every artifact whose name begins so. */
  async downloadAll(workspace: string, prefix: string, to: string): Promise<void> {
    for (const name of this.#files.keys()) if (name.startsWith(prefix)) await this.download(workspace, name, to);
  }
}
