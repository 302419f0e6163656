import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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
  readonly needs?: string;
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
  return parse(await readFile(join(folder, ".github", "workflows", name), "utf8")) as Workflow;
}

/** What expressions see: `github.ref`, `secrets.NAME`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** A text with its `${{ a.b.c }}` looked up, empty where there is none, as GitHub does; ours have no other expressions. */
export function expanded(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (whole, expression: string) => {
    const path = /^ ([a-z]+(?:\.[\w-]+)+) $/.exec(expression)?.[1];
    if (path === undefined) throw new Error(`${whole} is more than these tests understand`);
    const found = path.split(".").reduce<unknown>((value, key) => Object(value)[key], contexts);
    return typeof found === "string" || typeof found === "number" ? String(found) : "";
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

  /** Keeps the files, relative to the workspace, under their paths below what all of them have in common. */
  async upload(workspace: string, name: string, files: readonly string[]): Promise<void> {
    for (const file of files) {
      await mkdir(join(this.#folder, name), { recursive: true });
      await cp(join(workspace, file), join(this.#folder, name, fileName(file)));
    }
    this.#files.set(name, files.map(fileName));
  }

  /** Puts all files of the artifacts whose names begin so into one folder of the workspace. */
  async download(workspace: string, prefix: string, to: string): Promise<void> {
    for (const [name, files] of this.#files) {
      if (!name.startsWith(prefix)) continue;
      for (const file of files) {
        await mkdir(dirname(join(workspace, to, file)), { recursive: true });
        await writeFile(join(workspace, to, file), await readFile(join(this.#folder, name, file)));
      }
    }
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
