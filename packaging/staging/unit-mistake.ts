import type { Mistake } from "../errors.ts";
import { excerpt } from "../manifest/excerpt.ts";
import type { InputText } from "./input-file.ts";
import type { Unit, UnitSetting } from "./unit-file.ts";

const agree = "The manifest says what users are told, the unit what happens: make them agree.";

/** Lines of a unit that systemd would skip with a warning. */
export function unreadableLines(unit: Unit, source: InputText): Mistake[] {
  return unit.unreadable.map(({ line, text }) => ({
    code: "SLW-STAGING",
    message: `expected a [Section] or Key=value, found ${JSON.stringify(text.slice(0, 80))}`,
    place: { file: source.shown, line, column: 1 },
    excerpt: excerpt(source.text.split("\n"), { line, column: 1, width: text.length }, undefined),
  }));
}

/** A mistake at a setting's value, or about the whole unit: at its first line. */
export function at(
  source: InputText,
  setting: UnitSetting | undefined,
  message: string,
  hint: string = agree,
): Mistake {
  if (setting === undefined) {
    return { code: "SLW-STAGING", message, place: { file: source.shown, line: 1, column: 1 }, hint };
  }
  const { line, column, value } = setting;
  const shown = excerpt(source.text.split("\n"), { line, column, width: value.length }, undefined);
  return { code: "SLW-STAGING", message, place: { file: source.shown, line, column }, excerpt: shown, hint };
}
