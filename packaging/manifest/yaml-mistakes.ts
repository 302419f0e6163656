import { type Document, isAlias, type LineCounter, visit, type YAMLMap } from "yaml";
import { shorten } from "./printable.ts";
import { keyText, nodeSpan, type Span, spanOf } from "./yaml-nodes.ts";

/** What is wrong with the text itself, whatever it is about. */
export interface YamlMistake {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** The first error on a line is the cause; the others are echoes, and so is all that follows a parser that gave up. */
export function syntaxMistakes(errors: readonly SyntaxError[], counter: LineCounter): readonly YamlMistake[] {
  const exhausted = errors.find((error) => error.code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [syntaxMistake(exhausted)];
  const byLine = new Map<number, SyntaxError>();
  for (const error of errors) {
    const { line } = counter.linePos(error.pos[0]);
    if (!byLine.has(line)) byLine.set(line, error);
  }
  return [...byLine.values()].slice(0, 20).map(syntaxMistake);
}

function syntaxMistake(error: SyntaxError): YamlMistake {
  const span = { start: error.pos[0], end: error.pos[1] };
  if (error.code === "RESOURCE_EXHAUSTION")
    return { span, message: "expected a manifest, found values nested too deep" };
  if (error.code === "MULTIPLE_DOCS")
    return {
      span,
      message: "expected one YAML document, found a second",
      hint: "Remove the `---` line, or write another file.",
    };
  const hint = syntaxHints.get(error.code);
  return { span, message: `this is not YAML: ${shorten(error.message)}`, ...(hint === undefined ? {} : { hint }) };
}

const syntaxHints: ReadonlyMap<string, string> = new Map([
  ["TAB_AS_INDENT", "Indent with spaces."],
  ["BLOCK_AS_IMPLICIT_KEY", 'A text that holds ": " needs quotes.'],
  ["BAD_SCALAR_START", "A text that starts with @ or ` needs quotes."],
]);

/** What YAML allows and a manifest does not, and keys that are written twice. */
export function valueMistakes(document: Document): readonly YamlMistake[] {
  const found: YamlMistake[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      found.push({
        span: nodeSpan(alias),
        message: `expected a value, found the alias *${shorten(alias.source)}`,
        hint: "Write the value out: a diff then shows every place that a change reaches.",
      });
    },
    Node: (_key, node) => {
      if (isAlias(node) || node.tag === undefined) return;
      found.push({
        span: nodeSpan(node),
        message: `expected a plain value, found one with the tag ${shortTag(node.tag)}`,
        hint: "Remove the tag; quotes make any value a text.",
      });
    },
  });
  // A visitor for `Node` is not called where one for its kind is there too.
  visit(document, { Map: (_key, map) => void found.push(...keyMistakes(map)) });
  return found;
}

function shortTag(tag: string): string {
  return shorten(tag.replace("tag:yaml.org,2002:", "!!"));
}

function* keyMistakes(map: YAMLMap): Generator<YamlMistake> {
  const seen = new Set<string>();
  for (const pair of map.items) {
    const name = keyText(pair);
    const span = spanOf(pair.key) ?? nodeSpan(map);
    if (name === undefined) yield { span, message: "expected a name as the key, found a list or a map" };
    else if (seen.has(name))
      yield { span, message: `${shorten(name)}: expected once, found again`, hint: "Keep one of the two." };
    else seen.add(name);
  }
}
