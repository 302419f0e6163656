import { existsSync } from "node:fs";
import path from "node:path";
import { refuseMistakes } from "../errors.ts";
import { parseYaml } from "../manifest/yaml-document.ts";
import { parseSettings, type Settings } from "../settings.ts";
import { callersPath } from "./callers-path.ts";
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
export async function readStackSettings(stack: string, { manifests, cache }: Overrides = {}): Promise<Settings> {
  const name = stackFileName(stack);
  const text = stack === "dev" && !existsSync(name) ? "" : (await readStackFile(stack)).text;
  const { value, mistakes } = parseYaml(text);
  refuseMistakes(mistakes.map(({ message }) => ({ code: "SLW-SETTINGS", message: `${name}: ${message}` })));
  const { config } = Object(value) as { readonly config?: Readonly<Record<string, unknown>> | null };
  const inFile = Object.entries(config ?? {}).filter(([key, value]) => key.startsWith(prefix) && !isEncrypted(value));
  const raw: Record<string, unknown> = Object.assign(Object.create(null), { stage: stack.split("/").at(-1) });
  for (const [key, value] of inFile) raw[key.slice(prefix.length)] = value;
  if (manifests !== undefined) raw["manifests"] = manifests;
  if (cache !== undefined) raw["cache"] = { ...Object(raw["cache"]), ...cache };
  return parseSettings(raw, { name, text });
}

/** A manifest that a person names, as a stack's file would. */
export function fromProject(manifest: string): string {
  return path.relative(process.cwd(), callersPath(manifest)).replaceAll(path.sep, "/");
}

const prefix = "slipway:";

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}
