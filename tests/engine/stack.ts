import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Checkout } from "./checkout.ts";
import { type Place, type Result, runIn } from "./command.ts";

/** A state as `pulumi stack export` gives it, as far as tests look into it. */
export interface ExportedState {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly [other: string]: unknown;
  };
}

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

/**
 * A stack of a checkout on the real engine. Commands go through the checkout's own bootstrap, without a terminal
 * and without colour; a command that fails is a result, not an error.
 */
export interface TestStack {
  readonly checkout: Checkout;
  /** `pulumi up --yes` and more arguments: `--strict`, `--plan FILE`, `--refresh`. */
  up(...args: string[]): Promise<Result>;
  preview(...args: string[]): Promise<Result>;
  refresh(...args: string[]): Promise<Result>;
  destroy(...args: string[]): Promise<Result>;
  /** Any pulumi command about this stack. */
  pulumi(...args: string[]): Promise<Result>;
  /** `npm start`, `npm run preview`: an npm script of the checkout. */
  npm(...args: string[]): Promise<Result>;
  /** Throws where the command fails. */
  exportState(...args: string[]): Promise<ExportedState>;
  importState(state: ExportedState): Promise<Result>;
  /** Throws where the command fails. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** Replaces the stack's settings: `{ manifests, version }` are written as `slipway:manifests`, `slipway:version`. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

/** `how` says more of where the commands run: variables, a command they are started through. */
export function devStack(checkout: Checkout, how: Omit<Place, "folder"> = {}): TestStack {
  return namedStack(checkout, "dev", how);
}

/** A stack by its name; any but `dev` is made by `pulumi("stack", "init")`. */
export function namedStack(checkout: Checkout, name: string, how: Omit<Place, "folder"> = {}): TestStack {
  const place: Place = {
    ...how,
    folder: checkout.folder,
    environment: { PULUMI_HOME: join(checkout.scratch, "pulumi-home"), ...how.environment },
  };
  const pulumi = (...args: string[]) =>
    runIn(place, process.execPath, [
      join("bootstrap", "pulumi.mjs"),
      ...args,
      ...["--stack", name, "--non-interactive", "--color", "never"],
    ]);
  return {
    checkout,
    pulumi,
    up: (...args) => pulumi("up", "--yes", ...args),
    preview: (...args) => pulumi("preview", ...args),
    refresh: (...args) => pulumi("refresh", "--yes", ...args),
    destroy: (...args) => pulumi("destroy", "--yes", ...args),
    npm: (...args) => runIn(place, npm, args),
    exportState: async (...args) => JSON.parse(succeeded(await pulumi("stack", "export", ...args)).stdout),
    importState: async (state) => {
      const file = join(checkout.scratch, "state-to-import.json");
      await writeFile(file, JSON.stringify(state));
      return pulumi("stack", "import", "--file", file);
    },
    outputs: async () => JSON.parse(succeeded(await pulumi("stack", "output", "--json")).stdout),
    configure: (settings) => writeSettings(checkout.folder, name, settings),
  };
}

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** The result, where the command succeeded; an error with all that it printed where it did not. */
export function succeeded(result: Result): Result {
  if (result.code === 0) return result;
  throw new Error(`a command ended with exit code ${result.code}:\n${result.text}`);
}

/** The salt belongs to the passphrase of the checkout and stays. */
async function writeSettings(folder: string, name: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const file = join(folder, "stacks", `Pulumi.${name}.yaml`);
  const before = (parse(await readFile(file, "utf8").catch(() => "")) ?? {}) as Readonly<Record<string, unknown>>;
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const config = Object.fromEntries(given.map(([name, value]) => [`slipway:${name}`, value]));
  await mkdir(join(folder, "stacks"), { recursive: true });
  await writeFile(file, stringify({ ...before, config }));
}
