import { refuseMistakes } from "../errors.ts";
import { parseYaml } from "../manifest/yaml-document.ts";
import { parseSettings, type Settings } from "../settings.ts";
import { readStackFile } from "./stack-file.ts";

const prefix = "slipway:";

/** The settings of a stack as its file says them, without the engine. Refuses (SLW-SETTINGS) what the program would refuse. */
export async function readStackSettings(stack: string): Promise<Settings> {
  const { name, text } = await readStackFile(stack);
  const { value, mistakes } = parseYaml(text);
  refuseMistakes(mistakes.map(({ message }) => ({ code: "SLW-SETTINGS", message: `${name}: ${message}` })));
  const config = (value as { readonly config?: unknown } | undefined)?.config ?? {};
  // Without a prototype: a setting may have any name.
  const raw: Record<string, unknown> = Object.assign(Object.create(null), { stage: stack.split("/").at(-1) });
  for (const [key, setting] of Object.entries(config)) {
    if (key.startsWith(prefix)) raw[key.slice(prefix.length)] = setting;
  }
  return parseSettings(raw, { name, text });
}
