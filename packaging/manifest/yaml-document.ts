import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from "yaml";

/** Keys of maps and indices of lists, from the top of the file. */
export type Path = readonly (string | number)[];

/** Where something stands in the text, in UTF-16 units: `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A YAML file as plain values, with the way back from each value to the place where it is written. */
export interface YamlDocument {
  readonly text: string;
  readonly value: unknown;
  readonly mistakes: readonly YamlMistake[];
  /** The text stopped making sense somewhere: `value` is a guess, and checking it would report echoes. */
  readonly broken: boolean;
  /** The value at a path; undefined where there is none. */
  spanOf(path: Path): Span | undefined;
  /** The key that names the value at a path (for a list's item: the item). */
  keySpanOf(path: Path): Span | undefined;
  /** Line and column of a position, both from 1, the column in characters. */
  placeOf(position: number): { readonly line: number; readonly column: number };
}

export interface YamlMistake {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Reads YAML 1.2 (core schema): plain maps, lists, texts, numbers and booleans. Anchors, aliases, merge keys and tags are refused:
 * each value is to be seen where it is used, and nothing can be repeated into more than the file holds.
 */
export function parseYaml(text: string): YamlDocument {
  const counter = new LineCounter();
  // The library compares each key with all others; `duplicateKeys` below is linear.
  const document = parseDocument(text, {
    schema: "core",
    uniqueKeys: false,
    lineCounter: counter,
    prettyErrors: false,
  });
  const syntax = firstOfEachLine(document.errors, counter).map(syntaxMistake);
  return {
    text,
    value: syntax.length > 0 ? undefined : plainValue(document.contents),
    mistakes: syntax.length > 0 ? syntax : [...unsupported(document), ...duplicateKeys(document)],
    broken: syntax.length > 0,
    spanOf: (path) => spanOf(nodeAt(document.contents, path)),
    keySpanOf: (path) => keySpanOf(document.contents, path),
    placeOf: (position) => placeOf(text, counter, position),
  };
}

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** The first error on a line is the cause; the others are echoes, and so is all that follows a parser that gave up. */
function firstOfEachLine(errors: readonly SyntaxError[], counter: LineCounter): readonly SyntaxError[] {
  const exhausted = errors.find((error) => error.code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [exhausted];
  const byLine = new Map<number, SyntaxError>();
  for (const error of errors) {
    const { line } = counter.linePos(error.pos[0]);
    if (!byLine.has(line)) byLine.set(line, error);
  }
  return [...byLine.values()].slice(0, 20);
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
  const hint = syntaxHints[error.code];
  return { span, message: `this is not YAML: ${error.message}`, ...(hint === undefined ? {} : { hint }) };
}

const syntaxHints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BLOCK_AS_IMPLICIT_KEY: 'A text that holds ": " needs quotes.',
  BAD_SCALAR_START: "A text that starts with @ or ` needs quotes.",
};

function* unsupported(document: Document): Generator<YamlMistake> {
  const found: YamlMistake[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      found.push({
        span: nodeSpan(alias),
        message: `expected a value, found the alias *${alias.source}`,
        hint: "Write the value out: a diff then shows every place that a change reaches.",
      });
    },
    Node: (_key, node) => {
      if (node.tag === undefined || isAlias(node)) return;
      found.push({
        span: nodeSpan(node),
        message: `expected a plain value, found one with the tag ${shortTag(node.tag)}`,
        hint: "Remove the tag; quotes make any value a text.",
      });
    },
    Pair: (_key, pair) => {
      if (typeof keyText(pair) === "string") return;
      const span = isNode(pair.key) ? nodeSpan(pair.key) : { start: 0, end: 0 };
      found.push({ span, message: "expected a name as the key, found a list or a map" });
    },
  });
  yield* found;
}

function shortTag(tag: string): string {
  return tag.replace("tag:yaml.org,2002:", "!!");
}

function* duplicateKeys(document: Document): Generator<YamlMistake> {
  const found: YamlMistake[] = [];
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const name = keyText(pair);
        if (name === undefined || !isNode(pair.key)) continue;
        if (seen.has(name))
          found.push({
            span: nodeSpan(pair.key),
            message: `${name}: expected once, found again`,
            hint: "Keep one of the two.",
          });
        seen.add(name);
      }
    },
  });
  yield* found;
}

/** Maps have no prototype, so that a key such as `__proto__` is a key like any other. */
function plainValue(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map(plainValue);
  if (!isMap(node)) return null;
  const value: Record<string, unknown> = Object.create(null);
  for (const pair of node.items) {
    const name = keyText(pair);
    if (name !== undefined) value[name] = plainValue(pair.value);
  }
  return value;
}

function nodeAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => {
    if (isSeq(node)) return node.items[Number(step)];
    return isMap(node) ? pairAt(node.items, step)?.value : undefined;
  }, root);
}

function keySpanOf(root: unknown, path: Path): Span | undefined {
  const step = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  if (step === undefined || !isMap(parent)) return spanOf(nodeAt(root, path));
  return spanOf(pairAt(parent.items, step)?.key);
}

/** The last one of equal keys, as in `plainValue`. */
function pairAt(pairs: readonly Pair[], step: string | number): Pair | undefined {
  return pairs.findLast((pair) => keyText(pair) === step);
}

/** The text of a key as it is written; undefined where it is a list or a map. */
function keyText(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  return typeof pair.key.value === "string" ? pair.key.value : (pair.key.source ?? String(pair.key.value));
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
}

function spanOf(node: unknown): Span | undefined {
  return isNode(node) ? nodeSpan(node) : undefined;
}

function nodeSpan(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

function placeOf(
  text: string,
  counter: LineCounter,
  position: number,
): { readonly line: number; readonly column: number } {
  const { line, col } = counter.linePos(position);
  const before = text.slice(position - (col - 1), position);
  return { line, column: [...before].length + 1 };
}
