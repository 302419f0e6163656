import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings, type Settings } from "../packaging/settings.ts";

const structured = new Set(["manifests", "keys"]);
const prefix = "slipway:";

/**
 * Reads this stack's `slipway:*` configuration, unknown names included, for they are mistakes. The stage is the stack's
 * name unless `slipway:stage` says otherwise.
 */
export function readSettings(): Settings {
  // Without a prototype: a setting may have any name.
  const raw: Record<string, unknown> = Object.assign(Object.create(null), { stage: pulumi.getStack() });
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    raw[name] = structured.has(name) || text.startsWith("{") ? parseJson(text) : text;
  }
  const name = `stacks/Pulumi.${pulumi.getStack()}.yaml`;
  return parseSettings(raw, { name, text: textOf(name) });
}

/** For the places of mistakes alone: what counts is what the engine made of it, and of other sources. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Structured configuration reaches a program as JSON; what is not JSON is left for the schema to name. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
