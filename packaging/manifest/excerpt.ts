import { printable } from "./printable.ts";

const widest = 110;

/**
 * Source lines ready to print, each with its number, and carets under the columns that are meant. `lead` is an earlier
 * line that says what the place belongs to. Lines and columns count from 1, `width` is in characters.
 */
export function excerpt(
  lines: readonly string[],
  place: { readonly line: number; readonly column: number; readonly width: number },
  lead: number | undefined,
): string {
  const line = [...printable(withoutReturn(lines[place.line - 1]))];
  // A window around the column keeps a line of thousands of characters readable.
  const from = place.column > widest ? place.column - Math.floor(widest / 2) : 0;
  const shown = line.slice(from, from + widest);
  const caret = Math.min(place.column - 1 - from, shown.length);
  const width = Math.max(1, Math.min(place.width, shown.length - caret));
  const rows = [
    `${number(place.line)} | ${shown.join("").trimEnd()}`,
    `${" ".repeat(6)} | ${" ".repeat(caret)}${"^".repeat(width)}`,
  ];
  if (lead !== undefined && lead < place.line)
    rows.unshift(
      `${number(lead)} | ${[...printable(withoutReturn(lines[lead - 1]))].slice(0, widest).join("").trimEnd()}`,
    );
  return rows.join("\n");
}

function number(line: number): string {
  return String(line).padStart(6);
}

/** A file with Windows line ends is split at the line feeds only. */
function withoutReturn(line: string | undefined): string {
  return line?.replace(/\r$/, "") ?? "";
}
