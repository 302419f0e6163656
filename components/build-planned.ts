import type { ArtifactJob } from "../packaging/artifact.ts";
import { type BuildEvent, buildArtifacts, type CachedArtifact } from "../packaging/builds/build.ts";
import { buildText } from "../packaging/cli/build-text.ts";
import type { Places } from "../packaging/places.ts";
import type { ReleasePlan } from "../packaging/plan/release-plan.ts";
import type { Release } from "./release.ts";

/** Builds artifacts that no cache holds, under one budget. */
export type Builder = (jobs: readonly ArtifactJob[]) => Promise<ReadonlyMap<string, CachedArtifact>>;

/** A builder for the artifacts of these plans; each build shows on its bundle's row. */
export function plannedBuilder(
  planned: readonly { readonly plan: ReleasePlan; readonly component: Release }[],
  { cacheFolder, shared }: Pick<Places, "cacheFolder" | "shared">,
  warn: (sentence: string) => void,
): Builder {
  const rows = new Map(
    planned.flatMap(({ plan, component }) =>
      plan.jobs.map((job) => [job.name, { component, target: job.target }] as const),
    ),
  );
  const progress = (name: string, event: BuildEvent) => {
    const row = rows.get(name);
    row?.component.showBuild(row.target, `${name} ${buildText(event)}`);
  };
  // One after another: each takes all that the machine has for builds.
  let before: Promise<unknown> = Promise.resolve();
  return (jobs) => {
    const mine = before.then(() => buildArtifacts(jobs, { cacheFolder, shared, progress, warn }));
    before = mine.catch(() => undefined);
    return mine;
  };
}
