import type { ArtifactJob } from "../artifact.ts";
import { controlFields } from "../formats/debian/control.ts";
import { plannedProperties } from "../formats/windows/told-tables.ts";

/** What an artifact says of itself in fields, known before it is built: control fields of a .deb, properties of an .msi. */
export function controlOf(job: ArtifactJob): { readonly control?: readonly (readonly [string, string])[] } {
  switch (job.format.kind) {
    case "deb":
      return { control: controlFields(job) };
    case "msi":
      return { control: plannedProperties(job.format) };
    default:
      return {};
  }
}
