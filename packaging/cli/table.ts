/** A column of a table that people read in a terminal or a log. */
export interface Column {
  readonly title: string;
  /** Numbers and sizes stand at the right. */
  readonly align: "left" | "right";
}

/**
 * Aligned lines with a heading, indented by two spaces, without colour or trailing blanks, so that a log stays easy
 * to grep: each row is one line and begins with its first cell.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => width(cells[at] ?? ""))));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, at) => pad(cells[at] ?? "", widths[at] ?? 0, align))
      .join("   ")
      .trimEnd();
  return lines.map((cells) => `  ${line(cells)}\n`).join("");
}

/** `9,876 B`, `11 kB`, `4.1 MB`, `1.2 GB`: powers of 1000, bytes exact below ten thousand. */
export function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${String(bytes).replace(/(\d)(\d{3})$/, "$1,$2")} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1e3)} kB`;
  if (bytes < 999_950_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `9f2c…e1`: enough of a digest for eyes to compare; never for a program. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 4)}…${digest.slice(-2)}`;
}

function pad(cell: string, to: number, align: Column["align"]): string {
  const blanks = " ".repeat(to - width(cell));
  return align === "left" ? cell + blanks : blanks + cell;
}

/** Characters as people count them: `…` and an accented letter are one. */
function width(cell: string): number {
  return [...cell.normalize("NFC")].length;
}
