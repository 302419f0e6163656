import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

/** Keys of maps and indices of lists, from the top of the file. */
export type Path = readonly (string | number)[];

/** Where something stands in the text, in UTF-16 units: `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Maps have no prototype, so that a key such as `__proto__` is a key like any other. */
export function plainValue(node: unknown): unknown {
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

export function nodeAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, step) => {
    if (isSeq(node)) return node.items[Number(step)];
    return isMap(node) ? pairAt(node, step)?.value : undefined;
  }, root);
}

export function keySpanOf(root: unknown, path: Path): Span | undefined {
  const step = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  if (step === undefined || !isMap(parent)) return spanOf(nodeAt(root, path));
  return spanOf(pairAt(parent, step)?.key);
}

const pairsByKey = new WeakMap<YAMLMap, ReadonlyMap<string | undefined, Pair>>();

/** The last one of equal keys, as in `plainValue`. The index keeps a map of many keys from being searched for each. */
function pairAt(map: YAMLMap, step: string | number): Pair | undefined {
  const index = pairsByKey.get(map) ?? new Map(map.items.map((pair) => [keyText(pair), pair]));
  pairsByKey.set(map, index);
  return index.get(String(step));
}

/** The text of a key as it is written; undefined where it is a list or a map. */
export function keyText(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  return typeof pair.key.value === "string" ? pair.key.value : (pair.key.source ?? String(pair.key.value));
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
}

export function spanOf(node: unknown): Span | undefined {
  return isNode(node) ? nodeSpan(node) : undefined;
}

export function nodeSpan(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
