import { type BuildEvent, buildArtifacts, type CachedArtifact } from "../packaging/builds/build.ts";
import { buildText } from "../packaging/cli/build-text.ts";
import type { ReleasePlan } from "../packaging/plan/release-plan.ts";
import type { Release } from "./release.ts";

/** Builds what the plans need and no cache holds, under one budget; each build shows on its bundle's row. */
export function buildPlanned(
  planned: readonly { readonly plan: ReleasePlan; readonly release: Release }[],
  cacheFolder: string,
  warn: (sentence: string) => void,
): Promise<ReadonlyMap<string, CachedArtifact>> {
  const rows = new Map(
    planned.flatMap(({ plan, release }) =>
      plan.jobs.map((job) => [job.name, { release, target: job.target }] as const),
    ),
  );
  const progress = (name: string, event: BuildEvent) => {
    const row = rows.get(name);
    row?.release.showBuild(row.target, `${name} ${buildText(event)}`);
  };
  const jobs = planned.flatMap(({ plan }) => plan.jobs);
  return buildArtifacts(jobs, { cacheFolder, progress, warn });
}
