import type { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { type ErrorCode, refusal } from "../errors.ts";
import { describeIssue, inWords } from "../schema-words.ts";

/** A kind of JSON document that the bucket keeps for years: read only in the one text that this program would write. */
export interface DocumentKind<T> {
  /** As messages name it: "release record". */
  readonly name: string;
  /** What a document that is none is refused with. */
  readonly code: Extract<ErrorCode, "SLW-RECORD" | "SLW-CHANNEL">;
  readonly schema: z.ZodType<T>;
  /** The schema number that this program writes; it reads no higher one. */
  readonly newest: number;
  /** Most bytes that it may have. */
  readonly limit: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a document that may come from anywhere. `where` names it in messages.
 *
 * Its bytes must be the canonical text of what was understood: digests are taken over these bytes, so there must be no
 * second way (a doubled key, an ignored field, another order) to say the same.
 *
 * @throws SlipwayError with the kind's code, in one sentence; SLW-STATE-NEWER where a newer program wrote it.
 */
export function parseDocument<T>(bytes: Uint8Array, where: string, kind: DocumentKind<T>): T {
  const wrong = (reason: string) => refusal(kind.code, `${where} is not a valid ${kind.name}: ${reason}.`);
  if (bytes.length > kind.limit) throw wrong(`it has ${bytes.length} bytes, more than the ${kind.limit} allowed`);
  const json = parseJson(bytes);
  if ("reason" in json) throw wrong(json.reason);
  refuseNewer(json.value, where, kind);
  const parsed = kind.schema.safeParse(json.value, { error: inWords });
  if (!parsed.success) throw wrong(describeIssue(parsed.error.issues[0]));
  if (Buffer.compare(Buffer.from(canonicalJson(parsed.data)), bytes) !== 0) {
    throw wrong("it is not in canonical form (sorted keys, two spaces, nothing said twice, a final newline)");
  }
  return parsed.data;
}

/** Checks a value of this program's own making as strictly as one that is read, and returns its canonical text. */
export function documentText<T>(value: T, where: string, kind: DocumentKind<T>): string {
  const text = canonicalJson(value);
  parseDocument(Buffer.from(text), where, kind);
  return text;
}

function parseJson(bytes: Uint8Array): { readonly value: unknown } | { readonly reason: string } {
  try {
    return { value: JSON.parse(utf8.decode(bytes)) };
  } catch (error) {
    return { reason: error instanceof SyntaxError ? "it is not JSON" : "it is not UTF-8 text" };
  }
}

function refuseNewer<T>(value: unknown, where: string, kind: DocumentKind<T>): void {
  if (typeof value !== "object" || value === null || !("schema" in value)) return;
  const { schema } = value;
  if (!Number.isSafeInteger(schema) || Number(schema) <= kind.newest) return;
  throw refusal(
    "SLW-STATE-NEWER",
    `${where} was written by a newer Slipway (${kind.name} schema ${schema}, this one knows ${kind.newest}): ` +
      "use that version or a later one; nothing was written.",
  );
}
