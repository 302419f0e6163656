import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings, type Settings } from "../packaging/settings.ts";
import type { StackFile } from "../packaging/settings-mistakes.ts";

const structured = new Set(["manifests", "keys", "products", "channels", "certificates"]);
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
  return parseSettings(raw, stackFile());
}

/** For the places of mistakes alone: what counts is what the engine made of it, and of other sources. */
export function stackFile(): StackFile {
  const name = `stacks/Pulumi.${pulumi.getStack()}.yaml`;
  const secrets = parseJson(process.env["PULUMI_CONFIG_SECRET_KEYS"] ?? "[]") as readonly string[];
  try {
    return { name, secrets, text: readFileSync(name, "utf8") };
  } catch {
    return { name, secrets };
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
