import { z } from "zod";
import { placesOf } from "../places.ts";
import { anyGone, objectDrift } from "./drift.ts";
import { schemaNumber } from "./inputs.ts";
import { lifecycleOf, type Values } from "./lifecycle.ts";
import { digestsOf, settleTexts } from "./settle.ts";

const inputs = z.object({
  schema: schemaNumber,
  bucket: z.string(),
  /** Of the package: one resource keeps it in all versions. */
  identifier: z.string(),
  /** Path in the bucket → text: a preview shows the lines that change. */
  files: z.record(z.string(), z.string()),
});

type Inputs = z.infer<typeof inputs>;

/** The manifests of a package in the bucket, for `winget install --manifest`. Those of earlier versions stay. */
export const lifecycle = lifecycleOf<Inputs, Values>({
  kind: "winget manifests",
  inputs,
  id: ({ identifier }) => `winget/${identifier}`,
  write: async ({ bucket, files }) => {
    await settleTexts(placesOf(bucket).store, files);
    return {};
  },
  lags: ({ bucket, files }) => {
    const sized = Object.entries(files).map(([path, text]) => ({ path, size: Buffer.byteLength(text) }));
    return anyGone(placesOf(bucket).store, sized);
  },
  drift: ({ bucket, files }) => objectDrift(placesOf(bucket).store, digestsOf(files)),
});
