import type { z } from "zod";
import { refuseMistakes } from "../packaging/errors.ts";
import { settingsMistakes } from "../packaging/settings-mistakes.ts";
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
    refuseMistakes(settingsMistakes(parsed.error.issues, { ...args }, { name: component, prefix: "", secrets }));
  } catch (error) {
    throw refused(error);
  }
  throw parsed.error;
}
