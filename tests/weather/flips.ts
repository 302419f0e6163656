import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "../engine/bucket-files.ts";
import type { Chance } from "./chance.ts";
import { found } from "./oracle.ts";
import type { Scenes } from "./scenes.ts";

/** Flips one bit, by default of the middle byte; once more, and the file is as it was. `at` is in [0, 1). */
export async function flip(file: string, at = 0.5, bit = 0): Promise<void> {
  const bytes = await readFile(file);
  const index = Math.floor(bytes.length * at);
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  await writeFile(file, bytes);
}

/** The objects of a bucket that something in it vouches for: of a sources file only the state knows what it was. */
export async function vouchedObjects(bucket: string): Promise<readonly string[]> {
  return [...(await filesBelow(bucket)).keys()].filter((path) => !path.endsWith(".sources"));
}

/**
 * About a quarter of the objects, by chance. Entries are left alone or their copies are: both have the same bytes, and
 * where both are damaged nothing in the bucket says what the channel named.
 */
export function someOf(paths: readonly string[], chance: Chance): readonly string[] {
  const chosen = paths.filter(() => chance.below(4) === 0);
  const spared = chance.pick([/^channels\/[^/]+\/dev\.json$/, /^channels\/[^/]+\/[0-9a-f]{64}\./]);
  return chosen.filter((path) => !spared.test(path));
}

/** Alters some objects before an upgrade, lets it refresh and update, and tells what is not mended then. */
export async function mendFlips({ checkout, stack, restore }: Scenes, chance: Chance): Promise<readonly string[]> {
  const { bucket } = checkout;
  await restore("upgrade");
  const flipped = someOf(await vouchedObjects(bucket), chance);
  for (const path of flipped) await flip(join(bucket, path), chance.next(), chance.below(8));
  const { code, text } = await stack.up("--refresh", "--skip-preview");
  if (code !== 0) return [`exit code ${code} with ${flipped.join(" ")}:`, text];
  const left = [...(await found(bucket, "damaged")), ...(await found(bucket, "lagging"))];
  return left.map(({ sentence }) => `${sentence} (with ${flipped.join(" ")})`);
}
