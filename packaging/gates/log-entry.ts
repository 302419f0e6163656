import type { z } from "zod";
import { epoch, homepage, productId, sentence, sha256, version } from "../manifest/fields.ts";
import { hintFor } from "../manifest/hints.ts";
import { nearest } from "../manifest/nearest.ts";
import { shorten } from "../manifest/printable.ts";
import { type TargetName, targetNames } from "../targets.ts";
import type { GovernanceEntry } from "./facts.ts";
import type { Piece, Section, Wrong } from "./log-sections.ts";

/** An entry as the log has it. Who decided is checked too, and is for readers of the log alone. */
export interface LoggedEntry extends GovernanceEntry {
  /** The day, as `2026-11-28`, and where it stands. */
  readonly decided: Piece;
}

type Report = (wrong: Wrong) => void;

const known = ["record", "evidence", "decided", "drops"] as const;
const needed = ["record", "evidence", "decided"] as const;

/** What a section says; undefined where it says something wrong, which is reported: all of it, in the section's order. */
export function entryOf({ heading, fields }: Section, report: Report): LoggedEntry | undefined {
  const about = subject(heading, report);
  const given = new Map<string, Piece>();
  for (const { name, value } of fields) {
    if (!known.some((field) => field === name.text)) report(unknownField(name));
    else if (given.has(name.text)) report({ piece: name, message: `${name.text}: expected once, found again` });
    else given.set(name.text, value);
  }
  for (const name of needed.filter((field) => !given.has(field)))
    report({
      piece: heading,
      message: `${name}: expected ${meaning[name]}, found nothing`,
      hint: `Add "- ${name}: ...".`,
    });
  const read = <T>(name: string, check: (piece: Piece, report: Report) => T): T | undefined => {
    const piece = given.get(name);
    return piece === undefined ? undefined : check(piece, report);
  };
  const record = read("record", recordDigest);
  const evidence = read("evidence", address);
  const decided = read("decided", day);
  const drops = given.has("drops") ? read("drops", targets) : [];
  if (about === undefined || record === undefined || evidence === undefined || decided === undefined) return undefined;
  return drops === undefined ? undefined : { ...about, record, evidence, decided, drops };
}

const meaning = {
  record: "the SHA-256 of the release record",
  evidence: "an https address",
  decided: "a day and who decided",
} as const;

function unknownField(name: Piece): Wrong {
  const near = nearest(name.text, known);
  return {
    piece: name,
    message: `field ${shorten(name.text)} is not one of: ${known.join(", ")}`,
    ...(near !== undefined && { hint: `Did you mean ${near}?` }),
  };
}

/** Slipway's own product, of which the archive's name is a team's, and its version: the number of the set of keys. */
const keyring = /^(.+)-archive-keyring$/;
const keySet = /^[1-9]\d*\.0\.0$/;

function subject(heading: Piece, report: Report): Pick<GovernanceEntry, "product" | "version"> | undefined {
  const [, name, blanks = "", number] = /^(\S+)( +)(\S+)$/.exec(heading.text) ?? [];
  if (name === undefined || number === undefined) {
    const message = `expected a product and a version such as "## runtime 1.4.0", found ${quoted(heading.text)}`;
    report({ piece: heading, message });
    return undefined;
  }
  const at = heading.column + [...name, ...blanks].length;
  const archive = keySet.test(number) ? keyring.exec(name)?.[1] : undefined;
  const product = checked("product", { ...heading, text: archive ?? name }, productId, report);
  const release = checked("version", { ...heading, text: number, column: at }, version, report);
  return product === undefined || release === undefined ? undefined : { product: name, version: release };
}

function recordDigest(piece: Piece, report: Report): string | undefined {
  const digits = bare(piece.text)
    .replace(/^sha256[:-]/i, "")
    .toLowerCase();
  const whole = /^[0-9a-f]{64}$/.test(digits) ? `Write ${digits}` : "A preview of the promotion names it.";
  return checked("record", piece, sha256, report, whole);
}

function address(piece: Piece, report: Report): string | undefined {
  const linked = /^\[[^\]]*\]\((\S+)\)$/.exec(piece.text)?.[1] ?? bare(piece.text);
  const marked = linked !== piece.text && linked.startsWith("https://");
  const hint = marked ? `Write ${linked}` : hintFor(["homepage"], piece.text, piece.text);
  return checked(
    "evidence",
    piece,
    homepage.max(2000, { error: "an https address of at most 2000 letters" }),
    report,
    hint,
  );
}

const person = sentence("a name", 200);

function day(piece: Piece, report: Report): Piece | undefined {
  const [, date = "", who = ""] = /^(\S+) by (.*)$/.exec(piece.text) ?? [];
  // The one reader of times that knows which days there are.
  if (epoch.safeParse(`${date}T00:00:00Z`).success && person.safeParse(who).success) return { ...piece, text: date };
  report({
    piece,
    message: `decided: expected ${meaning.decided} such as "2026-11-28 by Ana Example", found ${quoted(piece.text)}`,
  });
  return undefined;
}

function targets(piece: Piece, report: Report): readonly TargetName[] | undefined {
  const names = piece.text.split(/, */);
  const found = names.flatMap((name) => targetNames.filter((target) => target === name));
  const unknown = names.find((name) => !targetNames.some((target) => target === name));
  if (unknown === undefined && new Set(names).size === names.length) return found;
  const near = unknown === undefined ? undefined : nearest(unknown, targetNames);
  const expected = `targets with a comma between them, each once, of: ${targetNames.join(", ")}`;
  report({
    piece,
    message: `drops: expected ${expected}, found ${quoted(piece.text)}`,
    hint: near === undefined ? "Leave the field out where no target is dropped." : `Did you mean ${near}?`,
  });
  return undefined;
}

/** The text, where it is as the schema wants it. */
function checked(
  field: string,
  piece: Piece,
  schema: z.ZodType<string>,
  report: Report,
  hint = hintFor([field], piece.text, piece.text),
): string | undefined {
  const result = schema.safeParse(piece.text);
  if (result.success) return result.data;
  const expected = result.error.issues[0]?.message ?? "something else";
  report({ piece, message: `${field}: expected ${expected}, found ${quoted(piece.text)}`, hint });
  return undefined;
}

/** Markdown's marks around a value say nothing. */
function bare(text: string): string {
  return text.replace(/^[`<*_]+|[`>*_]+$/g, "");
}

function quoted(text: string): string {
  return text === "" ? "nothing" : JSON.stringify(shorten(text));
}
