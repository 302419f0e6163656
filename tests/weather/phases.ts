import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Checkout, makeCheckout } from "../engine/checkout.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import type { Ending } from "../engine/scratch.ts";
import { devStack, succeeded, type TestStack } from "../engine/stack.ts";

/** The kinds of update that are struck. */
export const phaseNames = ["first release", "upgrade", "rollback"] as const;
export type PhaseName = (typeof phaseNames)[number];

/** What users may see while an update of this kind is under way, and what they see after it. */
export interface Phase {
  readonly before: Seen;
  readonly after: Seen;
}

/** One side of an update, as clients see it. */
export interface Seen {
  /** The version that the channel names; undefined where nothing was released. */
  readonly channel: string | undefined;
  /** The versions of the product that apt offers, sorted; undefined where there is no suite. */
  readonly suite: readonly string[] | undefined;
}

const nothing: Seen = { channel: undefined, suite: undefined };
const first: Seen = { channel: "1.0.0", suite: ["1.0.0"] };
const second: Seen = { channel: "1.1.0", suite: ["1.0.0", "1.1.0"] };

export const phases: Readonly<Record<PhaseName, Phase>> = {
  "first release": { before: nothing, after: first },
  upgrade: { before: first, after: second },
  rollback: { before: second, after: first },
};

/** A checkout that can be put back, again and again, to the moment before an update of each kind. */
export interface Scenes {
  readonly checkout: Checkout;
  readonly stack: TestStack;
  /** Puts product, settings, bucket, state and cache where they were before such an update. */
  restore(phase: PhaseName): Promise<void>;
}

/** What makes a scene, below the checkout. */
const parts = [".slipway", "products", join("stacks", "Pulumi.dev.yaml")];
const settings = { manifests: [manifestOf("alpha")], archive: "team" };
/** A passphrase of the tests' own, the same in every run. */
export const passphrase = { PULUMI_CONFIG_PASSPHRASE: "weather" };

/** Prepares the scenes, which takes two updates. */
export async function prepareScenes(t: Ending): Promise<Scenes> {
  const checkout = await makeCheckout(t);
  const compiled = { NODE_COMPILE_CACHE: join(checkout.scratch, "compiled") };
  const stack = devStack(checkout, { environment: { ...passphrase, ...compiled } });
  const { folder, scratch } = checkout;
  const keep = async (phase: PhaseName) => {
    for (const part of parts) await copy(join(folder, part), join(scratch, "scenes", phase, part));
  };
  await stack.configure(settings);
  await write(folder, "1.0.0");
  // Makes the stack and its passphrase's salt; the killed updates are the engine's own.
  succeeded(await stack.pulumi("config"));
  await keep("first release");
  succeeded(await stack.up("--skip-preview"));
  await write(folder, "1.1.0");
  await keep("upgrade");
  succeeded(await stack.up("--skip-preview"));
  await stack.configure({ ...settings, version: { alpha: "1.0.0" } });
  await keep("rollback");
  const restore = async (phase: PhaseName) => {
    for (const part of parts) {
      await rm(join(folder, part), { recursive: true, force: true });
      await copy(join(scratch, "scenes", phase, part), join(folder, part));
    }
    // What was built stays: the updates differ in what they write. Experiments that build remove it.
    await copy(join(scratch, "scenes", "rollback", ".slipway", "cache"), join(folder, ".slipway", "cache"));
  };
  return { checkout, stack, restore };
}

/** The smallest product that has all kinds of objects: one package for one machine. */
function write(folder: string, version: string): Promise<void> {
  const target = {
    payload: { source: "directory", path: "dist/linux-x86_64" },
    binaries: [{ name: "alpha", from: "alpha" }],
    static: true,
    installers: [{ format: "deb", compression: "gzip" }],
  };
  const manifest = { targets: { "linux-x86_64": target }, services: [], configuration: [] };
  return writeProduct(folder, { id: "alpha", version, targets: ["linux-x86_64"], manifest });
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(join(to, ".."), { recursive: true });
  // With times: a file that nobody wrote must look like it.
  await cp(from, to, { recursive: true, preserveTimestamps: true });
}
