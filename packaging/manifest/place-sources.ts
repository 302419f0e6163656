import { readFile } from "node:fs/promises";
import { type Mistake, refuseMistakes, SlipwayError } from "../errors.ts";
import { excerpt } from "./excerpt.ts";
import { parseYaml, type YamlDocument } from "./yaml-document.ts";
import type { Path } from "./yaml-nodes.ts";

/** Keys whose texts are never paths of files to read. */
const namesOther: ReadonlySet<string | number> = new Set(["name", "to", "product", "user", "owner", "group"]);

/**
 * Runs `work`, which reads the files that a manifest names, and gives its mistakes their places: line and column of the
 * path in the manifest, which is read again for it. `displayName` is what messages call the manifest.
 */
export async function withSourcePlaces<T>(manifest: string, displayName: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.mistakes.every(({ source }) => source === undefined)) throw error;
    const text = await readFile(manifest, "utf8").catch(() => undefined);
    const document = text === undefined ? undefined : parseYaml(text);
    if (document?.broken === false) refuseMistakes(error.mistakes.map((it) => placeSource(it, document, displayName)));
    throw error;
  }
}

function placeSource(mistake: Mistake, document: YamlDocument, file: string): Mistake {
  const { source } = mistake;
  if (source === undefined || mistake.place !== undefined) return mistake;
  const below = source.below ?? [];
  const found = pathsTo(document.value, source.path, [])
    .filter((path) => below.every((step, at) => path[at] === step))
    .sort((a, b) => Number(b.at(-1) === "from") - Number(a.at(-1) === "from"));
  const span = found[0] && document.spanOf(found[0]);
  if (span === undefined) return mistake;
  const place = document.placeOf(span.start);
  const width = span.end - span.start;
  return { ...mistake, place: { file, ...place }, excerpt: excerpt(document.lines, { ...place, width }, undefined) };
}

/** Every place below `value` that holds this very text and may be a path, in the order of the file. */
function pathsTo(value: unknown, text: string, at: Path): readonly Path[] {
  if (value === text) return namesOther.has(at.at(-1) ?? "") ? [] : [at];
  if (Array.isArray(value)) return value.flatMap((item, index) => pathsTo(item, text, [...at, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pathsTo(item, text, [...at, key]));
}
