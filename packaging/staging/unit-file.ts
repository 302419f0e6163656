/** One `Key=value` of a systemd unit, with the place of its value. Lines and columns count from 1. */
export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

export interface Unit {
  readonly settings: readonly UnitSetting[];
  /** Lines that are neither a section, a setting, a comment nor empty. */
  readonly unreadable: readonly { readonly line: number; readonly text: string }[];
}

/** Reads a unit's text as systemd.syntax(7) says: comments, continued lines, white space around `=`. */
export function parseUnit(text: string): Unit {
  const settings: UnitSetting[] = [];
  const unreadable: { line: number; text: string }[] = [];
  let section = "";
  let continued: UnitSetting | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const row = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const trimmed = row.trim();
    if (/^[#;]/.test(trimmed)) continue;
    if (continued !== undefined) {
      continued = { ...continued, value: `${withoutBackslash(continued.value)} ${trimmed}` };
    } else {
      if (trimmed === "") continue;
      const header = /^\[(.+)\]$/.exec(trimmed)?.[1];
      if (header !== undefined) {
        section = header;
        continue;
      }
      const equals = row.indexOf("=");
      if (equals === -1 || section === "") {
        unreadable.push({ line: index + 1, text: trimmed });
        continue;
      }
      const after = row.slice(equals + 1);
      const column = equals + 2 + (after.length - after.trimStart().length);
      continued = { section, key: row.slice(0, equals).trim(), value: after.trim(), line: index + 1, column };
    }
    if (continued.value.endsWith("\\")) continue;
    settings.push(continued);
    continued = undefined;
  }
  if (continued !== undefined) settings.push({ ...continued, value: withoutBackslash(continued.value) });
  return { settings, unreadable };
}

/** The values of a setting that may be repeated; an empty one forgets those before it. */
export function valuesOf(unit: Unit, section: string, ...keys: readonly string[]): readonly UnitSetting[] {
  const found: UnitSetting[] = [];
  for (const setting of unit.settings) {
    if (setting.section !== section || !keys.includes(setting.key)) continue;
    if (setting.value !== "") found.push(setting);
    else found.splice(0, found.length, ...found.filter((before) => before.key !== setting.key));
  }
  return found;
}

/** The value of a setting that counts once: the last one. */
export function lastValueOf(unit: Unit, section: string, key: string): UnitSetting | undefined {
  return valuesOf(unit, section, key).at(-1);
}

function withoutBackslash(value: string): string {
  return value.endsWith("\\") ? value.slice(0, -1).trimEnd() : value;
}
