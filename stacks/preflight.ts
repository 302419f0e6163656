import * as pulumi from "@pulumi/pulumi";
import { systemClock } from "../packaging/clock.ts";
import type { Places } from "../packaging/places.ts";
import type { AskedRelease } from "../packaging/preflight/ask-bucket.ts";
import { askedPlacesOf, asksAny } from "../packaging/preflight/asked-places.ts";
import type { Settings } from "../packaging/settings.ts";

/**
 * Asks every place outside this machine that the settings name, before anything is built, and refuses (SLW-PREFLIGHT) with
 * all that stands in the way. A stack that names none asks nothing, and loads nothing.
 */
export async function preflight(
  settings: Settings,
  releases: readonly AskedRelease[],
  places: Pick<Places, "projectRoot" | "cache" | "store">,
): Promise<void> {
  const asked = askedPlacesOf(settings);
  if (!asksAny(asked)) return;
  const { askPlaces } = await import("../packaging/preflight/ask-places.ts");
  const { refuseAnswers } = await import("../packaging/preflight/answer.ts");
  // A preview of a pull request runs where no token is.
  refuseAnswers(await askPlaces(asked, releases, places, systemClock, !pulumi.runtime.isDryRun()));
}
