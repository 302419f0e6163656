/** How a script calls the step that it carries: an `exit`, a `cd` or a line that does not parse stays inside. */
export const callOwnStep = 'sh -ec "$(own_step)" "$0" "$@"';

/**
 * A product's own lines in a script of ours: as they stand, in a here-document with an end that is none of them, and run in
 * a shell of their own with standard input free.
 */
export function carriedStep(text: string): string {
  const lines = text.trimEnd().split("\n");
  let end = "END_OF_STEP";
  while (lines.includes(end)) end += "_";
  return `own_step() {\n  cat <<'${end}'\n${lines.join("\n")}\n${end}\n}\n`;
}
