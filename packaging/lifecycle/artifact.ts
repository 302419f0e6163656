import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { placesOf } from "../places.ts";
import { restoreObject } from "../record/repair.ts";
import { anyGone, hasDrift, objectDrift } from "./drift.ts";
import { objectReference, schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { recordPromises } from "./promised.ts";
import { cachedBytes, publishFromCache } from "./restore.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  product: z.string(),
  target: z.string(),
  /** Logical name of the artifact inside its bundle: the same for every version. */
  role: z.string(),
  version: z.string(),
  /** The shipped file, below the bucket's root. */
  artifact: objectReference,
  inventory: objectReference,
  /** Digest of the unsigned content. */
  content: z.string(),
});

/** The two objects of an earlier state. */
const replaced = z
  .object({ artifact: objectReference, inventory: objectReference })
  .transform(({ artifact, inventory }) => [artifact, inventory]);

/** One shipped file and its inventory: written once, restored by digest, never deleted. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Values>({
  kind: "artifact",
  inputs,
  id: ({ product, target, role }) => `${product}/${target}/${role}`,
  write: async ({ bucket, artifact, inventory }, before) => {
    const { store, cache } = placesOf(bucket);
    // The state remembers it too: the record that promises these bytes may be damaged itself.
    const known = isDeepStrictEqual([before?.["artifact"], before?.["inventory"]], [artifact, inventory]);
    const published = known || (await recordPromises(store, [artifact, inventory]));
    for (const object of [artifact, inventory]) await publishFromCache(store, cache, object, published);
    // What a refresh found damaged of the artifact that this one replaces: nobody else was told. What is nowhere is left.
    for (const object of known || !hasDrift(before) ? [] : replaced.parse(before)) {
      const bytes = await cachedBytes(cache, object);
      if (bytes !== undefined) await restoreObject(store, object.path, object.sha256, async () => bytes);
    }
    return {};
  },
  lags: ({ bucket, artifact, inventory }) => anyGone(placesOf(bucket).store, [artifact, inventory]),
  drift: ({ bucket, artifact, inventory }) => objectDrift(placesOf(bucket).store, [artifact, inventory]),
});
