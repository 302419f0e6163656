import { type Mistake, refuseMistakes } from "../errors.ts";
import { excerpt } from "../manifest/excerpt.ts";
import { printable } from "../manifest/printable.ts";
import { readText, type TextKind, tooLarge } from "../read-text.ts";
import type { GovernanceEntry } from "./facts.ts";
import { entryOf, type LoggedEntry } from "./log-entry.ts";
import { sectionsOf, type Wrong } from "./log-sections.ts";

/** Five thousand entries: ten years of weekly releases of ten products. */
const kind = { what: "a governance log", largest: 1 << 20, code: "SLW-GATE" } as const satisfies TextKind;
/** What has more mistakes is not a log with mistakes, and nobody reads on. */
const most = 100;

/**
 * Reads a governance log as UTF-8; `displayName` is what messages call it. Refuses (SLW-GATE, at the setting that names it)
 * what cannot be read or is too large, and mistakes as `parseGovernanceLog` does.
 */
export async function readGovernanceLog(file: string, displayName: string): Promise<readonly GovernanceEntry[]> {
  const hint = "docs/process/governance-log.md of Slipway says what a log looks like; one without entries is one, too.";
  return parseGovernanceLog(await readText(file, displayName, kind, { setting: ["governance"], hint }), displayName);
}

/**
 * The entries of a governance log, newest first; `file` is what messages call it. Its form is told by its own introduction
 * in docs/process/governance-log.md. All mistakes are reported at once, in the order of the file, as one SlipwayError
 * (SLW-GATE).
 */
export function parseGovernanceLog(text: string, file: string): readonly GovernanceEntry[] {
  if (Buffer.byteLength(text) > kind.largest) throw tooLarge(file, kind);
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const wrong: Wrong[] = [];
  const report = (one: Wrong) => wrong.push(one);
  const entries = sectionsOf(lines, report).flatMap((section) => entryOf(section, report) ?? []);
  for (const [index, entry] of entries.entries()) inOrder(entry, entries[index - 1], report);
  refuseMistakes(mistakesOf(wrong, lines, file));
  return entries.map(({ decided: _, ...entry }) => entry);
}

/** The newest entry for a version of a product; null where there is none. */
export function entryFor(
  entries: readonly GovernanceEntry[],
  product: string,
  version: string,
): GovernanceEntry | null {
  return entries.find((entry) => entry.product === product && entry.version === version) ?? null;
}

/** With two decisions on one version the newer one counts, so that which is newer must not be a matter of opinion. */
function inOrder({ decided }: LoggedEntry, above: LoggedEntry | undefined, report: (wrong: Wrong) => void): void {
  if (above === undefined || decided.text <= above.decided.text) return;
  report({
    piece: decided,
    message: `decided: expected the newest entry first, found ${decided.text} below ${above.decided.text}`,
    hint: "A new entry stands above all others; an old one is not changed.",
  });
}

function mistakesOf(wrong: readonly Wrong[], lines: readonly string[], file: string): readonly Mistake[] {
  const shown = wrong
    .toSorted((a, b) => a.piece.line - b.piece.line || a.piece.column - b.piece.column)
    .slice(0, most)
    .map(({ piece: { text, line, column }, message, hint }): Mistake => {
      const width = [...text].length;
      const place = { file, line, column };
      return {
        code: "SLW-GATE",
        message,
        hint: hint === undefined ? undefined : printable(hint),
        place,
        excerpt: excerpt(lines, { line, column, width }, undefined),
      };
    });
  if (wrong.length <= most) return shown;
  return [...shown, { code: "SLW-GATE", message: `${file}: ${wrong.length - most} more mistakes, not shown` }];
}
