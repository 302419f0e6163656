import { z } from "zod";

const measured = z.strictObject({
  /** Who did it, as the page names it; ours is `slipway`. */
  program: z.string().min(1),
  /** Medians over the runs. */
  seconds: z.number().nonnegative(),
  cpuSeconds: z.number().nonnegative(),
  /** Peak resident memory of the process that took most, in MiB. */
  peakMiB: z.number().nonnegative(),
  /** Size of what was made; absent where there is nothing to compare. */
  bytes: z.int().nonnegative().optional(),
  runs: z.int().positive(),
});

const group = z.strictObject({
  kind: z.enum(["format", "index", "release"]),
  /** `.deb xz`, `one more package`, `no-op preview`. */
  title: z.string().min(1),
  /** Megabytes (10^6) of payload, or published packages. */
  size: z.int().positive(),
  rows: z.array(measured).min(1),
});

const schema = z.strictObject({
  schema: z.literal(1),
  machine: z.strictObject({
    processor: z.string(),
    cores: z.int().positive(),
    memoryGiB: z.number().positive(),
    system: z.string(),
    /** Load average over a minute before and after: more than a little before means that others worked too. */
    load: z.strictObject({ before: z.number(), after: z.number() }),
  }),
  /** Whether this was `--quick`: the small sizes only. */
  quick: z.boolean(),
  /** Version of each program that took part, by name; null where it is not installed. */
  programs: z.record(z.string(), z.string().nullable()),
  groups: z.array(group).min(1),
});

/** All that one run of the benchmarks found; the page and its plots are a function of it. */
export type Results = z.infer<typeof schema>;
export type Group = z.infer<typeof group>;
export type Measured = z.infer<typeof measured>;

/** Our own name in the results. */
export const ours = "slipway";

/** Results as they lie beside the page. Throws where they are of another form. */
export function parseResults(json: string): Results {
  return schema.parse(JSON.parse(json));
}
