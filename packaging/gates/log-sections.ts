/** A piece of the log and where it stands; lines and columns count from 1, columns in characters. */
export interface Piece {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What stands below one heading, before anybody asked what it means. */
export interface Section {
  /** What follows the `##`. */
  readonly heading: Piece;
  readonly fields: readonly { readonly name: Piece; readonly value: Piece }[];
}

/** A mistake in the log, before it is ready to print. */
export interface Wrong {
  readonly piece: Piece;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Divides the log's lines as a reader of the rendered page sees them (CommonMark 0.31): fenced code blocks are examples,
 * what precedes the first `##` is the introduction, each `##` begins an entry, and an entry is a list of fields. Whatever
 * else stands among the entries is reported: it may be an entry that its writer believes in.
 */
export function sectionsOf(lines: readonly string[], report: (wrong: Wrong) => void): readonly Section[] {
  const sections: WrittenSection[] = [];
  let within: WrittenSection | "introduction" | "mistake" = "introduction";
  for (const line of outsideFences(lines, report)) {
    const heading = /^ {0,3}(#{1,6})(?!#)[ \t]*(.*?)[ \t]*$/d.exec(line.text);
    const field = /^ {0,3}[-*+][ \t]+([^\s:]+):[ \t]*(.*?)[ \t]*$/d.exec(line.text);
    const opened = line.text.indexOf("<!--");
    if (opened >= 0) report({ piece: part(line, [opened, opened + 4]), ...comment });
    else if (heading?.[1] === "##") {
      within = { heading: part(line, heading.indices?.[2]), fields: [] };
      sections.push(within);
    } else if (heading !== null && (heading[1] !== "#" || within !== "introduction")) {
      report({ piece: part(line), ...level });
      // What stands below it is part of the same mistake.
      within = "mistake";
    } else if (typeof within === "string" || line.text.trim() === "") continue;
    else if (field !== null)
      within.fields.push({ name: part(line, field.indices?.[1]), value: part(line, field.indices?.[2]) });
    else report({ piece: part(line), ...other });
  }
  return sections;
}

interface WrittenSection extends Section {
  readonly fields: { name: Piece; value: Piece }[];
}

const comment = {
  message: 'expected what readers of the page see, found a comment ("<!--")',
  hint: "Remove it: a comment that is not closed where it was meant to hides entries.",
};
const level = {
  message: 'expected "## PRODUCT VERSION", found a heading of another level',
  hint: "One # is the page's title, at its top; two begin an entry.",
};
const other = {
  message: 'expected a field of the entry such as "- record: ..." in one line, found other text',
  hint: "Say the rest where the evidence is; text about the log stands before its first entry.",
};

/** Lines outside fenced code blocks (CommonMark 0.31, section 4.5), whole. */
function outsideFences(lines: readonly string[], report: (wrong: Wrong) => void): readonly Piece[] {
  const outside: Piece[] = [];
  let opened: { readonly piece: Piece; readonly fence: string } | undefined;
  for (const [index, text] of lines.entries()) {
    const piece = { text, line: index + 1, column: 1 };
    const [, marks = "", rest = ""] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(text) ?? [];
    // Three marks with a fourth further on are code in a line.
    const fence = marks.startsWith("`") && rest.includes("`") ? "" : marks;
    if (opened === undefined) {
      if (fence === "") outside.push(piece);
      else opened = { piece, fence };
    } else if (fence.startsWith(opened.fence) && rest.trim() === "") opened = undefined;
  }
  if (opened !== undefined)
    report({
      piece: part(opened.piece),
      message: "expected the end of this code block, found the end of the file",
      hint: `Close it with a line ${opened.fence.slice(0, 10)}: what is inside is no entry.`,
    });
  return outside;
}

/** A part of a line, without its indent where no part is meant. */
function part(
  { text, line }: Piece,
  [start, end]: readonly [number, number] = [text.length - text.trimStart().length, text.trimEnd().length],
): Piece {
  return { text: text.slice(start, end), line, column: [...text.slice(0, start)].length + 1 };
}
