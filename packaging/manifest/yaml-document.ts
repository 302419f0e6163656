import { LineCounter, parseDocument } from "yaml";
import { syntaxMistakes, valueMistakes, type YamlMistake } from "./yaml-mistakes.ts";
import { keySpanOf, nodeAt, type Path, plainValue, type Span, spanOf } from "./yaml-nodes.ts";

/** A YAML file as plain values, with the way back from each value to the place where it is written. */
export interface YamlDocument {
  readonly text: string;
  readonly lines: readonly string[];
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

/**
 * Reads YAML 1.2 (core schema): maps, lists, texts, numbers and booleans. Aliases and tags are refused: each value is to
 * be seen where it is used, and nothing can be repeated into more than the file holds.
 */
export function parseYaml(text: string): YamlDocument {
  const counter = new LineCounter();
  // The library compares each key with all others; `valueMistakes` is linear.
  const document = parseDocument(text, {
    schema: "core",
    uniqueKeys: false,
    lineCounter: counter,
    prettyErrors: false,
  });
  const syntax = syntaxMistakes(document.errors, counter);
  return {
    text,
    lines: text.split("\n"),
    value: syntax.length > 0 ? undefined : plainValue(document.contents),
    mistakes: syntax.length > 0 ? syntax : valueMistakes(document),
    broken: syntax.length > 0,
    spanOf: (path) => spanOf(nodeAt(document.contents, path)),
    keySpanOf: (path) => keySpanOf(document.contents, path),
    placeOf: (position) => placeOf(text, counter, position),
  };
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
