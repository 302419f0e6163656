import { isDeepStrictEqual } from "node:util";
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
  /** Requests to an object store, in the last run; absent where there is none. */
  requests: z.int().nonnegative().optional(),
  runs: z.int().positive(),
});

/** What is measured, in the order of the page. */
export const kinds = ["format", "index", "release", "promotion", "s3"] as const;
const kind = z.enum(kinds);

/** Load average over a minute before and after: more than a little before means that others worked too. */
const load = z.strictObject({ before: z.number(), after: z.number() });

const group = z.strictObject({
  kind: kind,
  /** `.deb xz`, `one more package`, `no-op preview`. */
  title: z.string().min(1),
  /** Megabytes (10^6) of payload, or published packages, or published versions. */
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
    load,
  }),
  /** Whether this was `--quick`: the small sizes only. */
  quick: z.boolean(),
  /** Version of each program that took part, by name; null where it is not installed. */
  programs: z.record(z.string(), z.string().nullable()),
  /** The load of kinds that were measured again by themselves, on the same machine with the same programs. */
  again: z.partialRecord(kind, load).optional(),
  groups: z.array(group).min(1),
});

/** All that one run of the benchmarks found; the page and its plots are a function of it. */
export type Results = z.infer<typeof schema>;
export type Kind = z.infer<typeof kind>;
export type Group = z.infer<typeof group>;
export type Measured = z.infer<typeof measured>;

/** Our own name in the results. */
export const ours = "slipway";

/** What promotions are compared with: an update of the same release stack. */
export const idle = "update with nothing to do";

/** What one more version in a bucket of S3 is compared with: the second one in a bucket of its own. */
export const second = "the second version";

/** How the title of a promotion ends that reads the artifacts, and not only what the store keeps of them. */
export const everyByte = "each byte read";

/** Results as they lie beside the page. Throws where they are of another form. */
export function parseResults(json: string): Results {
  return schema.parse(JSON.parse(json));
}

/** What figures depend on beside the code. */
export type Circumstances = Pick<Results, "programs"> & { readonly machine: Omit<Results["machine"], "load"> };

/** Kinds that are compared with other packagers, so that those must be the ones of the other results. */
const peered: readonly Kind[] = ["format", "index"];

/**
 * Throws where a kind that is measured now cannot stand beside older results: figures of two machines, or of other
 * programs than the page names, are not for one page.
 */
export function requireComparable(
  { machine: { load: _, ...machine }, programs }: Results,
  now: Circumstances,
  kind: Kind,
) {
  if (!isDeepStrictEqual(machine, now.machine)) {
    throw new Error("the results beside the page are of another machine: measure everything again");
  }
  if (peered.includes(kind) && !isDeepStrictEqual(programs, now.programs)) {
    throw new Error("the results beside the page are of other programs than are here: measure everything again");
  }
}

/** Older results in which one kind is of a later run. */
export function measuredAgain(before: Results, later: Results, kind: Kind): Results {
  const groups = kinds.flatMap((it) => (it === kind ? later : before).groups.filter((group) => group.kind === it));
  return { ...before, again: { ...before.again, [kind]: later.machine.load }, groups };
}
