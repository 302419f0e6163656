import { refusal } from "../../errors.ts";

/** An element to be written: its content is text, or further elements, or nothing. */
export interface XmlPart {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly content?: string | number | readonly XmlPart[];
}

/** What XML 1.0 can hold at all, section 2.2: no reference writes anything else either. */
const xmlText = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/**
 * An XML 1.0 document in UTF-8, an element a line, attributes in the order given. Element and attribute names are the
 * program's own; a text that XML cannot hold is refused as SLW-FORMAT.
 */
export function xmlDocument(root: XmlPart): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, "").join("\n")}\n`;
}

function lines({ name, attributes = {}, content = "" }: XmlPart, indent: string): readonly string[] {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(`${value}`)}"`);
  const start = `${indent}<${name}${given.join("")}`;
  if (typeof content === "object") {
    if (content.length === 0) return [`${start}/>`];
    return [`${start}>`, ...content.flatMap((part) => lines(part, `${indent}  `)), `${indent}</${name}>`];
  }
  return [content === "" ? `${start}/>` : `${start}>${escaped(`${content}`)}</${name}>`];
}

const named: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** White space other than a space is written as a reference: a parser would make spaces or newlines of it. */
function escaped(text: string): string {
  if (!xmlText.test(text)) throw refusal("SLW-FORMAT", `${JSON.stringify(text)} cannot be written in XML.`);
  return text.replace(/[&<>"\t\n\r]/g, (character) => named[character] ?? `&#${character.charCodeAt(0)};`);
}
