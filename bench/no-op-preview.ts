import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { findEngine } from "../bootstrap/engine/engine.mjs";
import { engineEnvironment } from "../bootstrap/environment.mjs";
import { findNode } from "../bootstrap/locked-node.mjs";
import { makeCheckout, repository } from "../tests/engine/checkout.ts";
import { manifestOf, payloadFile, writeProduct } from "../tests/engine/product.ts";
import { devStack, succeeded } from "../tests/engine/stack.ts";
import { writeBareProgram } from "./bare-program.ts";
import { type Timed, timed } from "./timed.ts";

export interface NoOpPreviewResult {
  readonly payloadMegabytes: number;
  readonly resources: { readonly components: number; readonly dynamic: number };
  /** `pulumi preview` of the dev stack when nothing changes, as users start it. One run each round. */
  readonly ours: readonly Timed[];
  /** The same of a program that does nothing with as many resources, on the same engine and Node. */
  readonly bare: readonly Timed[];
}

/**
 * Measures a preview without a change against a bare Pulumi program with as many resources, one after the other in each
 * of `rounds`. The product has one target more than it has payload files; its programs are padded to
 * `payloadMegabytes` in all. `t` removes the folders.
 */
export async function measureNoOpPreview(
  t: Pick<TestContext, "after" | "diagnostic">,
  payloadMegabytes: number,
  rounds: number,
): Promise<NoOpPreviewResult> {
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout);
  await writeProduct(checkout.folder, { id: "alpha", version: "1.0.0" });
  for (const target of ["linux-x86_64", "linux-aarch64"] as const) {
    await pad(payloadFile(checkout.folder, "alpha", target), (payloadMegabytes / 2) << 20);
  }
  await stack.configure({ manifests: [manifestOf("alpha")] });
  succeeded(await stack.up());
  const all = (await stack.exportState()).deployment.resources ?? [];
  const own = all.filter(({ type }) => !type.startsWith("pulumi:"));
  const components = own.filter((resource) => resource["custom"] === false || resource.id === undefined).length;
  const resources = { components, dynamic: own.length - components };

  const bare = join(checkout.scratch, "bare");
  await writeBareProgram(bare, join(repository, "node_modules"), resources);
  const { pulumi, environment } = await plainEngine(checkout.scratch);
  for (const args of [
    ["stack", "init", "bare"],
    ["up", "--yes"],
  ])
    await timed(bare, [pulumi, ...args], environment);

  const home = { PULUMI_HOME: join(checkout.scratch, "pulumi-home") };
  const preview = ["preview", "--non-interactive", "--expect-no-changes"];
  const result: { ours: Timed[]; bare: Timed[] } = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    const command = [process.execPath, join("bootstrap", "pulumi.mjs"), ...preview, "--stack", "dev"];
    result.ours.push(await timed(checkout.folder, command, home));
    result.bare.push(await timed(bare, [pulumi, ...preview, "--stack", "bare"], environment));
  }
  return { payloadMegabytes, resources, ...result };
}

/** The engine and Node that the bootstrap uses, with nothing of Slipway's around them. */
async function plainEngine(scratch: string) {
  const node = await findNode(repository);
  const { engine } = await findEngine();
  if (engine === undefined) throw new Error("no engine: run npm start once");
  const state = join(scratch, "bare-state");
  await mkdir(state);
  const own = {
    PULUMI_HOME: join(scratch, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "bare",
  };
  const { NODE_COMPILE_CACHE: _, ...base } = engineEnvironment({ base: process.env, root: repository, node, engine });
  return { pulumi: engine.executable, environment: { ...base, ...own } };
}

/** Bytes behind a program's end, which no loader reads; the same in every run, and no compressor's delight. */
async function pad(file: string, bytes: number): Promise<void> {
  const block = Buffer.alloc(1 << 20);
  let seed = 1;
  for (let at = 0; at < block.length; at += 4) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    block.writeUInt32LE(seed, at);
  }
  for (let left = bytes; left > 0; left -= block.length) {
    await writeFile(file, block.subarray(0, Math.min(left, block.length)), { flag: "a" });
  }
}
