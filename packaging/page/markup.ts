import { printable } from "../manifest/printable.ts";

/** A piece of HTML. Nobody but this module makes one, so that no text of a bucket can pass for markup. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Markup = Written;

/** What a template takes: markup stays as it is, and every other text is escaped. */
export type Part = Markup | string | number | undefined | readonly Part[];

/**
 * HTML with texts in it. Each one is escaped so that it is the same text between tags and in a quoted attribute; control
 * and invisible letters are shown as U+FFFD. Addresses go through `httpAddress` or `pathHref` before.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Written(literals.reduce((before, literal, at) => `${before}${written(parts[at - 1])}${literal}`));
}

/** A text of this program, such as a style sheet, as it is. Never one of a bucket. */
export function verbatim(text: string): Markup {
  return new Written(text);
}

/** Lines of preformatted text, each an element of its own, so that it shows where one that wraps ends. */
export function rows(
  texts: readonly string[],
  classOf: (line: string) => string | undefined = () => undefined,
): Markup {
  const row = (line: string, at: number) => {
    const end = at === texts.length - 1 ? "" : "\n";
    return `<span class="${escaped(["row", classOf(line) ?? []].flat().join(" "))}">${escaped(line)}${end}</span>`;
  };
  return new Written(texts.map(row).join(""));
}

/** The path of an object as a relative address, from a page that lies `depth` folders below the bucket's root. */
export function pathHref(path: string, depth: number): string {
  return "../".repeat(depth) + path.split("/").map(encodeURIComponent).join("/");
}

/** An address that a link may have; undefined for any that is not of the web (RFC 9110, section 4.2). */
export function httpAddress(text: string): string | undefined {
  return /^https?:\/\/[!-~]+$/i.test(text) ? text : undefined;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

function written(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Written) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  if (Array.isArray(part)) return part.map(written).join("");
  throw new TypeError("no part of a page");
}

function escaped(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (letter) => entities[letter] ?? "");
}
