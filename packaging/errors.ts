/**
 * Every way in which Slipway refuses to go on. The set is closed: callers and tests look at the code, people read the
 * message.
 */
export type ErrorCode =
  | "SLW-SETTINGS"
  | "SLW-MANIFEST"
  | "SLW-VERSION"
  | "SLW-PAYLOAD-MISSING"
  | "SLW-PAYLOAD-INTEGRITY"
  | "SLW-PAYLOAD-ARCH"
  | "SLW-PAYLOAD-UNSIGNED"
  | "SLW-PAYLOAD-ARCHIVE"
  | "SLW-STAGING"
  | "SLW-FORMAT"
  | "SLW-BUILD"
  | "SLW-RECORD"
  | "SLW-STORE-CONFLICT"
  | "SLW-STORE-DAMAGED"
  | "SLW-STORE"
  | "SLW-KEY"
  | "SLW-NOTARY"
  | "SLW-TIMESTAMP"
  | "SLW-CHANNEL"
  | "SLW-CHANNEL-RACE"
  | "SLW-ROLLED-BACK"
  | "SLW-GIT"
  | "SLW-GITHUB"
  | "SLW-SUITE"
  | "SLW-GATE"
  | "SLW-PREFLIGHT"
  | "SLW-PREVIEW-DIFFERS"
  | "SLW-STATE-NEWER"
  | "SLW-TOOL-MISSING"
  | "SLW-COMMAND";

/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong: what, where, what was expected, what was found, what to do. */
export interface Mistake {
  readonly code: ErrorCode;
  /** One sentence that names the thing; it needs no other field to be understood. */
  readonly message: string;
  readonly place?: Place | undefined;
  /**
   * The path that the manifest names and this is about, as it is written there, below one of its parts: whoever knows the
   * manifest's file makes a place of it.
   */
  readonly source?: { readonly path: string; readonly below?: readonly (string | number)[] } | undefined;
  /** The setting that this is about, as a path below `slipway:`: whoever knows the stack's file makes a place of it. */
  readonly setting?: readonly (string | number)[] | undefined;
  readonly hint?: string | undefined;
  /** The source lines around the place, ready to print, with a caret line. */
  readonly excerpt?: string | undefined;
}

/** The one error class for mistakes and refusals; it carries all of them at once and is printed without a stack. */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  readonly code: ErrorCode;
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly [Mistake, ...Mistake[]], options?: ErrorOptions) {
    super(renderMistakes(mistakes), options);
    this.code = mistakes[0].code;
    this.mistakes = mistakes;
  }
}

/** A refusal with a single cause. */
export function refusal(code: ErrorCode, message: string, more: Omit<Mistake, "code" | "message"> = {}): SlipwayError {
  return new SlipwayError([{ code, message, ...more }]);
}

/** Throws all mistakes as one error; returns where there are none. */
export function refuseMistakes(mistakes: readonly Mistake[]): void {
  const [first, ...rest] = mistakes;
  if (first !== undefined) throw new SlipwayError([first, ...rest]);
}

function renderMistakes(mistakes: readonly Mistake[]): string {
  const lines = mistakes.map(renderMistake);
  if (mistakes.length > 1) lines.push(`${mistakes.length} mistakes; nothing was built or written.`);
  return lines.join("\n");
}

function renderMistake(mistake: Mistake): string {
  const { place } = mistake;
  const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column}  `;
  const parts = [`${where}${mistake.message}  [${mistake.code}]`];
  if (mistake.excerpt !== undefined) parts.push(mistake.excerpt);
  if (mistake.hint !== undefined) parts.push(`    ${mistake.hint}`);
  return parts.join("\n");
}
