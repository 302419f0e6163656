import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Checkout, makeCheckout } from "../engine/checkout.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import type { Ending } from "../engine/scratch.ts";
import { devStack, succeeded, type TestStack } from "../engine/stack.ts";
import { stagedStacks } from "../engine/staged.ts";
import { devPhases, type PhaseName, phases, stagedPhases } from "./phases.ts";

/** A checkout that can be put back, again and again, to the moment before an update of each kind. */
export interface Scenes {
  readonly checkout: Checkout;
  /** The stack that is struck. */
  readonly stack: TestStack;
  readonly phases: readonly [PhaseName, ...PhaseName[]];
  /** Puts product, settings, bucket, states and cache where they were before such an update. */
  restore(phase: PhaseName): Promise<void>;
}

const settings = { manifests: [manifestOf("alpha")], archive: "team" };
/** A passphrase of the tests' own, the same in every run. */
export const passphrase = { PULUMI_CONFIG_PASSPHRASE: "weather" };

/** Prepares the scenes of a dev stack, which takes two updates. */
export async function prepareScenes(t: Ending): Promise<Scenes> {
  const checkout = await makeCheckout(t);
  const { folder, scratch } = checkout;
  const stack = devStack(checkout, environmentOf(checkout));
  await stack.configure(settings);
  await write(folder, "1.0.0");
  // Makes the stack and its passphrase's salt; the killed updates are the engine's own.
  succeeded(await stack.pulumi("config"));
  await keep(checkout, "first release");
  succeeded(await stack.up("--skip-preview"));
  await write(folder, "1.1.0");
  await keep(checkout, "upgrade");
  succeeded(await stack.up("--skip-preview"));
  await stack.configure({ ...settings, version: { alpha: "1.0.0" } });
  await keep(checkout, "rollback");
  const restore = async (phase: PhaseName) => {
    await putBack(checkout, phase);
    // What was built stays: the updates differ in what they write. Experiments that build remove it.
    await copy(join(scratch, "scenes", "rollback", ".slipway", "cache"), join(folder, ".slipway", "cache"));
  };
  return { checkout, stack, phases: devPhases, restore };
}

/** Prepares the scenes of a release stack beside a foundation and a candidate, which takes five updates. */
export async function prepareStages(t: Ending): Promise<Scenes> {
  const checkout = await makeCheckout(t);
  const { candidate, release, promote, decide } = await stagedStacks(t, checkout, environmentOf(checkout));
  const publish = async (version: string) => {
    await write(checkout.folder, version);
    succeeded(await candidate.up("--skip-preview"));
    await decide(version);
  };
  await publish("1.0.0");
  await promote("1.0.0");
  await keep(checkout, "first promotion");
  succeeded(await release.up("--skip-preview"));
  await publish("1.1.0");
  await promote("1.1.0");
  await keep(checkout, "promotion");
  succeeded(await release.up("--skip-preview"));
  await promote("1.0.0");
  await keep(checkout, "way back");
  const restore = (phase: PhaseName) => putBack(checkout, phase);
  return { checkout, stack: release, phases: stagedPhases, restore };
}

function environmentOf({ scratch }: Checkout) {
  return { environment: { ...passphrase, NODE_COMPILE_CACHE: join(scratch, "compiled") } };
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

/** What makes a scene, below the checkout. */
function partsOf(phase: PhaseName): readonly string[] {
  return [".slipway", "products", join("stacks", `Pulumi.${phases[phase].stack}.yaml`)];
}

async function keep({ folder, scratch }: Checkout, phase: PhaseName): Promise<void> {
  for (const part of partsOf(phase)) await copy(join(folder, part), join(scratch, "scenes", phase, part));
}

async function putBack({ folder, scratch }: Checkout, phase: PhaseName): Promise<void> {
  for (const part of partsOf(phase)) {
    await rm(join(folder, part), { recursive: true, force: true });
    await copy(join(scratch, "scenes", phase, part), join(folder, part));
  }
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(join(to, ".."), { recursive: true });
  // With times: a file that nobody wrote must look like it.
  await cp(from, to, { recursive: true, preserveTimestamps: true });
}
