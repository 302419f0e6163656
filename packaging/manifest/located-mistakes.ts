import type { Mistake } from "../errors.ts";
import { excerpt } from "./excerpt.ts";
import type { Finding } from "./finding.ts";
import type { YamlDocument } from "./yaml-document.ts";
import type { Path, Span } from "./yaml-nodes.ts";

/** What has more mistakes is not a manifest with mistakes, and nobody reads on. */
const most = 100;

type Described = Pick<Finding, "message" | "hint" | "code">;

/** The mistakes of the text and the findings about its values, in the order of the file, ready to print. */
export function locatedMistakes(
  file: string,
  document: YamlDocument,
  findings: readonly Finding[],
): readonly Mistake[] {
  const refused = new Set(document.mistakes.map(({ span }) => span.start));
  const placed = [
    ...document.mistakes.map((described) => ({ described, span: described.span, lead: undefined })),
    ...findings
      .map((finding) => ({
        described: finding,
        span: pointedSpan(finding, document),
        lead: leadLine(finding.path, document),
      }))
      // A value that is refused as such (an alias, a tag) has no content to find fault with.
      .filter(({ span }) => !refused.has(span.start)),
  ];
  const mistakes = placed
    .sort((a, b) => a.span.start - b.span.start)
    .slice(0, most)
    .map(({ described, span, lead }) => mistake(file, document, described, span, lead));
  if (placed.length <= most) return mistakes;
  const rest = { code: "SLW-MANIFEST", message: `${file}: ${placed.length - most} more mistakes, not shown` } as const;
  return [...mistakes, rest];
}

function mistake(
  file: string,
  document: YamlDocument,
  { message, hint, code = "SLW-MANIFEST" }: Described,
  span: Span,
  lead: number | undefined,
): Mistake {
  const place = document.placeOf(span.start);
  const width = [...document.text.slice(span.start, span.end).split("\n", 1).join("").trimEnd()].length;
  return {
    code,
    message,
    hint,
    place: { file, ...place },
    excerpt: excerpt(document.lines, { ...place, width }, lead),
  };
}

function pointedSpan(finding: Finding, document: YamlDocument): Span {
  const span = finding.at === "key" ? document.keySpanOf(finding.path) : document.spanOf(finding.path);
  // A rule may speak of a field that stands at its default: its nearest container that is written is the place then.
  if (span !== undefined) return span;
  if (finding.path.length === 0) return { start: 0, end: 0 };
  return pointedSpan({ ...finding, at: "key", path: finding.path.slice(0, -1) }, document);
}

/** The line that names what the place belongs to: the list item, or the key of the map that holds it. */
function leadLine(path: Path, document: YamlDocument): number | undefined {
  if (path.length < 2) return undefined;
  const span = document.keySpanOf(path.slice(0, -1));
  return span === undefined ? undefined : document.placeOf(span.start).line;
}
