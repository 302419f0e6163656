import type { z } from "zod";
import { refuseMistakes } from "../packaging/errors.ts";
import { settingsMistakes } from "../packaging/settings-mistakes.ts";
import { plainArguments } from "./plain-arguments.ts";
import { refused } from "./refused.ts";

/** Arguments of which no message shows a value: secrets lie below them in clear. */
const secrets = ["slipway:secrets", "slipway:environments"];

/**
 * The arguments that a program gave a component, with their defaults. Ends the program (SLW-SETTINGS) with all that is wrong
 * in them as one message; called before the component is registered.
 */
export function checkedArguments<T>(schema: z.ZodType<T>, args: object, component: string): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  try {
    const shown = plainArguments({ ...args }) as Readonly<Record<string, unknown>>;
    // Of an output or a resource the schema would name its inner parts.
    const { issues } = schema.safeParse(shown).error ?? parsed.error;
    refuseMistakes(settingsMistakes(issues, shown, { name: component, prefix: "", secrets }));
  } catch (error) {
    throw refused(error);
  }
  throw parsed.error;
}
