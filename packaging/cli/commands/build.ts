import { type BuildEvent, buildArtifacts } from "../../builds/build.ts";
import { refusal } from "../../errors.ts";
import { nearest } from "../../manifest/nearest.ts";
import { localPlaces } from "../../places.ts";
import { planTarget } from "../../plan/plan-target.ts";
import { openSharedCache } from "../../shared-cache/open-shared-cache.ts";
import { type TargetName, targetNames } from "../../targets.ts";
import { type BuildReport, buildReportText } from "../build-report.ts";
import { buildText } from "../build-text.ts";
import { callersPath } from "../callers-path.ts";
import type { Command } from "../command.ts";
import { fromProject, readStackSettings } from "../stack-settings.ts";

export const build: Command = {
  summary: "builds the artifacts of one target, into this machine's cache and the shared one",
  help: `slipway build --target TARGET [--stack dev] [--manifest PATH]... [--cache LOCATION] [--json]

Builds what the stack would build for one target, by the same plan, and publishes nothing; needs no engine, no state and
no bucket. With a shared cache (slipway:cache in the stack's file), it takes from there what others have built and puts
there what was built here, so that a CI matrix can build targets on several machines for one that releases.

  --target TARGET     ${targetNames.join(", ")}
  --stack NAME        whose settings count, by its file stacks/Pulumi.NAME.yaml; dev where left out
  --manifest PATH     the manifests of these products in the place of the stack's; may be given more than once
  --cache LOCATION    the shared cache in the place of the stack's; its key stays the stack's
  --json              what was built, for programs

Exit code: 0 built, also where the shared cache could not be used, which is a warning; 1 refused or failed.
`,
  options: {
    target: { type: "string" },
    stack: { type: "string", default: "dev" },
    manifest: { type: "string", multiple: true },
    cache: { type: "string" },
    json: { type: "boolean" },
  },
  arguments: [],
  run: async ({ option, all, flag }) => {
    const target = targetNamed(option("target"));
    const location = option("cache");
    const settings = await readStackSettings(option("stack") ?? "dev", {
      manifests: all("manifest").length === 0 ? undefined : all("manifest").map(fromProject),
      cache: location === undefined ? undefined : { location: atCaller(location) },
    });
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const at = { ...localPlaces(say), progress: say };
    const shared = settings.cache && openSharedCache(settings.cache, at, say);
    const plans = await planTarget(settings, target, at);

    const how = new Map<string, BuildReport["artifacts"][number]["how"]>();
    const progress = (name: string, event: BuildEvent) => {
      if (event.kind === "progress") return;
      how.set(name, event.kind);
      say(`${name}  ${buildText(event)}`);
    };
    const jobs = plans.flatMap((plan) => plan.jobs);
    const built = await buildArtifacts(jobs, { cacheFolder: at.cacheFolder, shared, progress, warn: say });
    // Also what this machine had: a run before may have had no shared cache.
    for (const [name, { recipe }] of built) if (how.get(name) === "cached") await shared?.offer({ recipe, name });
    const sharing = shared && { location: shared.location, filled: shared.isFilled, ...(await shared.upload()) };

    const artifacts = plans.flatMap(({ product, version, jobs }) =>
      jobs.flatMap(({ name }) => {
        const { size, sha256, recipe } = built.get(name) ?? {};
        return size && sha256 && recipe
          ? [{ product, version, name, size, sha256, recipe, how: how.get(name) ?? "built" }]
          : [];
      }),
    );
    const report: BuildReport = { target, artifacts, ...(sharing && { shared: sharing }) };
    process.stdout.write(
      flag("json") ? `${JSON.stringify({ schema: 1, ...report }, null, 2)}\n` : buildReportText(report),
    );
    return 0;
  },
};

function targetNamed(given: string | undefined): TargetName {
  const found = targetNames.find((name) => name === given);
  if (found !== undefined) return found;
  if (given === undefined) {
    throw refusal("SLW-COMMAND", "slipway build needs --target TARGET.", { hint: `One of ${targetNames.join(", ")}.` });
  }
  const near = nearest(given, targetNames);
  throw refusal(
    "SLW-COMMAND",
    `--target is one of ${targetNames.join(", ")}, and was given ${JSON.stringify(given)}.`,
    {
      ...(near !== undefined && { hint: `Did you mean ${near}?` }),
    },
  );
}

/** A folder that a person names is where that person is; an address is one anywhere. */
function atCaller(location: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location) ? location : callersPath(location);
}
