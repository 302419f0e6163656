import { printable } from "../manifest/printable.ts";

/** Zero width space: where it stands, GitHub sees neither a name nor markup, and a reader sees nothing. */
const gap = "\u200b";

/** Text that would make a mention, a reference, a formula, an entity, a tag, a link or an image. */
const active = /[@$&<]|\](?=[([:])|#(?=\d)|:(?=\/\/)|www(?=\.)|gh-(?=\d)/gi;

/** What may stand before a fence on its line: blanks and the marks of quotes and lists (CommonMark, section 5). */
const fenceElsewhere = /^([\s>*+\-\d.)]*)(?=`{3}|~{3})/;

/**
 * Markdown in which text that somebody else wrote can only be read: GitHub notifies nobody, follows nothing and loads
 * nothing because of it. Inside fenced blocks (of backticks, at the line's beginning, of kind `diff` or none) every
 * character stays as it is, for GitHub takes nothing in there for markup; a block left open is closed. Everywhere else,
 * all but headings, emphasis, lists and code spans is defused, other fences among it.
 */
export function safeMarkdown(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  // What else ends a line to somebody (a carriage return alone) is no longer there once the line is printable.
  for (const line of markdown.split(/\r?\n/).map(printable)) {
    const inside = fence !== undefined;
    fence = fenceAfter(line, fence);
    lines.push(inside || fence !== undefined ? line : defused(line));
  }
  if (fence !== undefined) lines.push(fence);
  return lines.join("\n");
}

/**
 * The beginning of a text, cut behind a line so that with `notice` it has at most `limit` characters (UTF-16 units, at
 * least as many as GitHub counts); a fenced block that is cut is closed. A text that fits stays as it is.
 */
export function fitted(safe: string, limit: number, notice: string): string {
  if (safe.length <= limit) return safe;
  const kept: string[] = [];
  let length = notice.length + 2;
  let fence: string | undefined;
  for (const line of safe.split("\n")) {
    const next = fenceAfter(line, fence);
    length += line.length + 1;
    if (length + (next === undefined ? 0 : next.length + 1) > limit) break;
    kept.push(line);
    fence = next;
  }
  return [...kept, ...(fence === undefined ? [] : [fence]), "", notice].join("\n");
}

/** The fence that is open behind a line, where `open` was before it (CommonMark, section 4.5). */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  if (open === undefined) return /^(`{3,})(?:diff)?$/.exec(line)?.[1];
  const closing = /^ {0,3}(`{3,}) *$/.exec(line)?.[1];
  return closing !== undefined && closing.length >= open.length ? undefined : open;
}

function defused(line: string): string {
  return line.replace(fenceElsewhere, `$1${gap}`).replace(active, `$&${gap}`);
}
