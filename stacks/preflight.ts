import * as pulumi from "@pulumi/pulumi";
import { systemClock } from "../packaging/clock.ts";
import type { Places } from "../packaging/places.ts";
import type { ReleasePlan } from "../packaging/plan/release-plan.ts";
import { askedPlacesOf, asksAny } from "../packaging/preflight/asked-places.ts";
import type { Settings } from "../packaging/settings.ts";

/**
 * Asks every place outside this machine that the settings name, before anything is built, and refuses (SLW-PREFLIGHT) with
 * all that stands in the way. A stack that names none asks nothing, and loads nothing.
 */
export async function preflight(
  settings: Settings,
  plans: readonly ReleasePlan[],
  places: Pick<Places, "projectRoot" | "cache" | "store">,
): Promise<void> {
  if (!asksAny(askedPlacesOf(settings))) return;
  const { askPlaces } = await import("../packaging/preflight/ask-places.ts");
  const { askedPlan } = await import("../packaging/preflight/asked-plans.ts");
  const { refuseAnswers } = await import("../packaging/preflight/answer.ts");
  const asked = await Promise.all(plans.map(askedPlan));
  // A preview of a pull request runs where no token is.
  refuseAnswers(await askPlaces(settings, asked, places, systemClock, !pulumi.runtime.isDryRun()));
}
