import { refusal } from "../../errors.ts";

export type Field = readonly [name: string, value: string];

/** Names as RFC 5322 and deb822(5) allow them, without what no Debian field has. */
const fieldName = /^[A-Za-z][A-Za-z0-9-]*$/;

/**
 * One paragraph of deb822(5), without the empty line that ends it. A value's further lines begin with a blank, as in a
 * control file. Refuses (SLW-SUITE) values that would end the field or the paragraph early; `where` names the paragraph.
 */
export function paragraph(fields: readonly Field[], where: string): string {
  return fields.map(([name, value]) => `${fieldLine(name, value, where)}\n`).join("");
}

function fieldLine(name: string, value: string, where: string): string {
  const [first = "", ...more] = value.split("\n");
  const sound =
    fieldName.test(name) &&
    /^(?!\s)\P{Cc}*$/u.test(first) &&
    more.every((line) => /^[ \t]\P{Cc}*$/u.test(line) && line.trim() !== "") &&
    value.trimEnd() === value;
  if (!sound || value === "") {
    throw refusal(
      "SLW-SUITE",
      `The field ${JSON.stringify(name)} of ${where} cannot be written: ${JSON.stringify(value)}`,
      {
        hint: "A value has no control characters and no blank at its end; its further lines begin with one blank.",
      },
    );
  }
  return first === "" ? `${name}:${value}` : `${name}: ${value}`;
}

/**
 * Reads one paragraph back: values with their further lines as they stand (blank included). Undefined where the text is
 * no single paragraph or names a field twice.
 */
export function parseParagraph(text: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith(" ") && last !== undefined) {
      fields.set(last, `${fields.get(last) ?? ""}\n${line}`);
      continue;
    }
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):(?: (.*))?$/.exec(line) ?? [];
    if (name === undefined || fields.has(name)) return undefined;
    fields.set(name, value ?? "");
    last = name;
  }
  return text.endsWith("\n") ? fields : undefined;
}
