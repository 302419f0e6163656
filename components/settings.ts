import * as pulumi from "@pulumi/pulumi";
import { parseSettings, type Settings, settingNames } from "../packaging/settings.ts";

const structured = new Set(["manifests", "keys"]);

/** Reads this stack's `slipway:*` configuration; the stage is the stack's name unless `slipway:stage` says otherwise. */
export function readSettings(): Settings {
  const config = new pulumi.Config("slipway");
  const raw: Record<string, unknown> = { stage: pulumi.getStack() };
  for (const name of settingNames) {
    const text = config.get(name);
    if (text !== undefined) raw[name] = structured.has(name) || text.startsWith("{") ? parseJson(text) : text;
  }
  return parseSettings(raw, `stacks/Pulumi.${pulumi.getStack()}.yaml`);
}

/** Structured configuration reaches a program as JSON; what is not JSON is left for the schema to name. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
