import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { parse, stringify } from "yaml";
import { type Checkout, commitAll, git, makeCheckout } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { generateKeys } from "../engine/referenced-keys.ts";
import { succeeded } from "../engine/stack.ts";

/** The stacks that workflows know. */
export const teamStacks = ["candidate", "release"] as const;

/** A repository whose stacks several people and jobs update: state and bucket lie outside of every clone. */
export interface Team {
  readonly checkout: Checkout;
  /** Holds the state of all stacks, and below `bucket` what is published. */
  readonly shared: string;
  /** What every job and person needs to reach the state. */
  readonly access: Readonly<Record<string, string>>;
  /** The private halves, under the names that the stacks' files give them. */
  readonly keys: Readonly<Record<string, string>>;
  /** Writes the settings of a stack's file, beside those that it always has. */
  configure(stack: string, settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Runs pulumi on a stack as a person of the team. */
  pulumi(stack: string, ...args: readonly string[]): Promise<Result>;
  /** Commits all that git does not ignore, and gives the commit. */
  commit(message: string): Promise<string>;
}

/** A team with product `alpha` 1.0.0 published by both stacks, all of it committed on `main`. */
export async function makeTeam(t: TestContext): Promise<Team> {
  const checkout = await makeCheckout(t);
  const shared = join(checkout.scratch, "shared");
  await mkdir(join(shared, "state"), { recursive: true });
  const { channel, archive } = await generateKeys();
  await mkdir(join(checkout.folder, "keys"));
  await writeFile(join(checkout.folder, "keys", "archive.asc"), archive.public.armored);
  const access = {
    PULUMI_BACKEND_URL: `file://${join(shared, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests",
  };
  const keys = { SLIPWAY_CHANNEL_KEY: channel.secret, SLIPWAY_ARCHIVE_KEY: archive.secret };
  const environment = { PULUMI_HOME: join(checkout.scratch, "pulumi-home"), ...access, ...keys };
  const pulumi = (stack: string, ...args: readonly string[]) => {
    const door = join("bootstrap", "pulumi.mjs");
    const plain = ["--stack", stack, "--non-interactive", "--color", "never"];
    return runIn({ folder: checkout.folder, environment }, process.execPath, [door, ...args, ...plain]);
  };
  const salts = new Map<string, string>();
  const team: Team = {
    checkout,
    shared,
    access,
    keys,
    pulumi,
    configure: async (stack, settings) => {
      const config = {
        // Until the stages of their names are there, both stacks are of stage dev, each with a bucket of its own.
        stage: "dev",
        bucket: join(shared, "bucket", stack),
        manifests: [manifestOf("alpha")],
        archive: "alpha",
        keys: {
          channel: { public: channel.public.publicKey, source: { env: "SLIPWAY_CHANNEL_KEY" } },
          openpgp: { public: "keys/archive.asc", source: { env: "SLIPWAY_ARCHIVE_KEY" } },
        },
        ...settings,
      };
      const named = Object.entries(config).map(([name, value]) => [`slipway:${name}`, value]);
      const salt = salts.get(stack);
      const file = { ...(salt === undefined ? {} : { encryptionsalt: salt }), config: Object.fromEntries(named) };
      await writeFile(join(checkout.folder, "stacks", `Pulumi.${stack}.yaml`), stringify(file));
    },
    commit: async (message) => {
      await commitAll(checkout.folder, message);
      return (await git(checkout.folder, "rev-parse", "HEAD")).trim();
    },
  };
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  for (const stack of teamStacks) {
    succeeded(await pulumi(stack, "stack", "init", "--no-select"));
    salts.set(stack, await saltOf(checkout, stack));
    await team.configure(stack, {});
    succeeded(await pulumi(stack, "up", "--yes"));
  }
  await team.commit("alpha 1.0.0");
  return team;
}

/** The salt that `stack init` wrote: it belongs to the passphrase, and is committed. */
async function saltOf({ folder }: Checkout, stack: string): Promise<string> {
  const file = await readFile(join(folder, "stacks", `Pulumi.${stack}.yaml`), "utf8");
  return String((parse(file) as { readonly encryptionsalt: string }).encryptionsalt);
}
