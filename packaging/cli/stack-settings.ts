import { existsSync } from "node:fs";
import { refusal } from "../errors.ts";
import { parseYaml } from "../manifest/yaml-document.ts";
import { parseSettings, type Settings } from "../settings.ts";
import { readStackFile, stackFileName } from "./stack-file.ts";

/** Settings of the command line that count before those of the file, as its maps. */
export interface Overrides {
  readonly manifests?: readonly string[] | undefined;
  readonly cache?: { readonly location: string } | undefined;
}

/**
 * The settings of a stack as its file says them, without an engine: what the engine alone can decrypt is not read. A stack
 * `dev` needs no file. Refuses (SLW-SETTINGS) all mistakes at once.
 */
export async function readStackSettings(stack: string, { manifests, cache }: Overrides): Promise<Settings> {
  const name = stackFileName(stack);
  const text = stack === "dev" && !existsSync(name) ? "" : (await readStackFile(stack)).text;
  const document = parseYaml(text);
  if (document.broken) {
    throw refusal("SLW-SETTINGS", `${name} is not YAML: ${document.mistakes[0]?.message}`);
  }
  const { config } = Object(document.value) as { readonly config?: Readonly<Record<string, unknown>> | null };
  const inFile = Object.entries(config ?? {}).filter(([key, value]) => key.startsWith(prefix) && !isEncrypted(value));
  const raw: Record<string, unknown> = Object.assign(Object.create(null), { stage: stack.split("/").at(-1) });
  for (const [key, value] of inFile) raw[key.slice(prefix.length)] = value;
  if (manifests !== undefined) raw["manifests"] = manifests;
  if (cache !== undefined) raw["cache"] = { ...Object(raw["cache"]), ...cache };
  return parseSettings(raw, { name, text });
}

const prefix = "slipway:";

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}
