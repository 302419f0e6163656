import { isoSeconds } from "../clock.ts";
import type { ContentEntry } from "../record/inventory.ts";
import { parseInventory } from "../record/inventory.ts";
import { parseRecord } from "../record/record.ts";
import type { Inside } from "./contents.ts";

/** What a release record says: its facts, and the artifacts that it names with their shipped digests. */
export function readRecord(bytes: Uint8Array, name: string): Inside {
  const record = parseRecord(bytes, name);
  const { product, version, summary, homepage, licence, maintainer } = record;
  const features = Object.entries(record.features).map(([feature, on]) => `${feature}=${on ? "on" : "off"}`);
  return {
    facts: {
      product,
      version,
      time: isoSeconds(record.epoch),
      summary,
      homepage,
      maintainer: `${maintainer.name} <${maintainer.email}>`,
      licence,
      ...(features.length > 0 && { features: features.join(", ") }),
      ...(record.budget !== undefined && { budget: `growth ${record.budget.growth} %` }),
      ...(record.services.length > 0 && { services: record.services.join(", ") }),
    },
    entries: record.artifacts.map(({ name: path, size, shipped }): ContentEntry => {
      return { path, type: "file", size, sha256: shipped };
    }),
  };
}

/** What an inventory says is inside its artifact. */
export function readInventory(bytes: Uint8Array, name: string): Inside {
  const { artifact, entries, scripts, texts } = parseInventory(bytes, name);
  return {
    facts: { artifact },
    entries,
    ...(scripts !== undefined && { scripts }),
    ...(texts !== undefined && { texts }),
  };
}
