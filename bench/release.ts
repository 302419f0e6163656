import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Checkout, makeCheckout } from "../tests/engine/checkout.ts";
import { manifestOf } from "../tests/engine/product.ts";
import type { Ending } from "../tests/engine/scratch.ts";
import { devStack, type StateResource } from "../tests/engine/stack.ts";
import { bareProgramText, type ResourceCount } from "./bare-program.ts";
import { writeLargeProduct } from "./large-product.ts";
import { type Contender, measureInTurns } from "./measure.ts";
import { pulumi } from "./pulumi.ts";
import { type Group, ours } from "./results.ts";

/**
 * Measures the whole dev release on the real engine with a payload of so many megabytes: the first update, one with nothing
 * to do, and a preview with nothing to do beside that of a bare Pulumi program with as many resources.
 */
export async function benchRelease(megabytes: number, rounds: number, scratch: string): Promise<readonly Group[]> {
  const ends: (() => unknown)[] = [];
  const owner: Ending = { after: (end) => void ends.push(end as () => unknown), diagnostic: console.log };
  try {
    const product = await largeProduct(owner, megabytes);
    console.log(`whole dev release, ${megabytes} MB`);
    const group = async (title: string, contenders: readonly Contender[], times: number): Promise<Group> => ({
      ...{ kind: "release", title, size: megabytes },
      rows: [...(await measureInTurns(contenders, times, scratch))],
    });
    const up = pulumi(product, "dev", "up", "--yes", "--strict", "--suppress-outputs");
    const first = await group("first release", [{ program: ours, steps: [up] }], 1);
    const again = await group("update with nothing to do", [{ program: ours, steps: [up] }], rounds);
    const { deployment } = await devStack(product).exportState();
    const bare = await bareProgram(owner, countOf(deployment.resources ?? []));
    const preview = await group(
      "preview with nothing to do",
      [
        { program: ours, steps: [pulumi(product, "dev", "preview")] },
        { program: "bare Pulumi program, as many resources", steps: [pulumi(bare, "dev", "preview")] },
      ],
      rounds,
    );
    return [first, again, preview];
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

async function largeProduct(owner: Ending, megabytes: number): Promise<Checkout> {
  const checkout = await makeCheckout(owner);
  await writeLargeProduct(checkout, { id: "large", version: "1.0.0", megabytes });
  await devStack(checkout).configure({ manifests: [manifestOf("large")], archive: "bench" });
  return checkout;
}

function countOf(resources: readonly StateResource[]): ResourceCount {
  const own = resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const dynamic = own.filter(({ id }) => id !== undefined).length;
  return { components: own.length - dynamic, dynamic };
}

/** The same clone, engine and Node with another program, which does nothing. Updated once. */
async function bareProgram(owner: Ending, resources: ResourceCount): Promise<Checkout> {
  const checkout = await makeCheckout(owner);
  await writeFile(join(checkout.folder, "index.ts"), bareProgramText(resources));
  const { code, text } = await devStack(checkout).up();
  if (code !== 0) throw new Error(`the bare program could not be updated:\n${text}`);
  return checkout;
}
