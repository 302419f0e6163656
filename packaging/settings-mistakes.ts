import type { z } from "zod";
import { type Mistake, type Place, SlipwayError } from "./errors.ts";
import { excerpt } from "./manifest/excerpt.ts";
import { nearest } from "./manifest/nearest.ts";
import { shorten } from "./manifest/printable.ts";
import { parseYaml, type YamlDocument } from "./manifest/yaml-document.ts";
import type { Path, Span } from "./manifest/yaml-nodes.ts";

/** The file in which a person wrote a stack's settings. */
export interface StackFile {
  /** As messages call it, such as `stacks/Pulumi.dev.yaml`. */
  readonly name: string;
  /** What stands before each name: `slipway:`, and nothing before arguments of a component, whose name is `name`. */
  readonly prefix?: "";
  /** What it says; undefined where the settings came from elsewhere. */
  readonly text?: string | undefined;
  /** Settings that the engine holds for secret, wherever they came from: `slipway:url`. */
  readonly secrets?: readonly string[];
}

/** The error, its mistakes about settings with their line and column where the file has the setting. */
export function withSettingPlaces(error: unknown, file: StackFile): unknown {
  if (!(error instanceof SlipwayError) || error.mistakes.every(({ setting }) => setting === undefined)) return error;
  const [first, ...rest] = placedSettings(error.mistakes, file);
  return first === undefined ? error : new SlipwayError([first, ...rest], { cause: error });
}

/** Mistakes about settings, each with the place where the file has the setting, or the map that lacks it. */
export function placedSettings(mistakes: readonly Mistake[], file: StackFile): readonly Mistake[] {
  const document = file.text === undefined ? undefined : parseYaml(file.text);
  return mistakes.map((mistake): Mistake => {
    const { setting, place } = mistake;
    if (setting === undefined || place !== undefined) return mistake;
    const where = whereIs(document, setting, "value", file.name);
    // Where it stands is no secret; what stands there is.
    return isSecret(file, document, setting) ? { ...mistake, place: where?.place } : { ...mistake, ...where };
  });
}

interface Finding {
  readonly path: Path;
  /** `key`: the name at the path is what is wrong. */
  readonly at: "key" | "value";
  readonly expected: string;
  readonly hint?: string | undefined;
}

/** What the schema says of a stack's settings, each mistake with its line and column where the file has the setting. */
export function settingsMistakes(
  issues: readonly z.core.$ZodIssue[],
  raw: Readonly<Record<string, unknown>>,
  file: StackFile,
): readonly Mistake[] {
  const document = file.text === undefined ? undefined : parseYaml(file.text);
  const found = new Map<string, Finding>();
  for (const finding of issues.flatMap((issue) => findingsOf(issue, [], file))) {
    // Where one setting breaks several rules, the first says enough.
    const place = JSON.stringify(finding.path);
    if (!found.has(place)) found.set(place, finding);
  }
  return [...found.values()].map((finding) => mistakeOf(finding, raw, file, document));
}

function findingsOf(issue: z.core.$ZodIssue, above: Path, file: StackFile): readonly Finding[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(", ");
    return issue.keys.map((key) => unknownName([...path, key], known, file));
  }
  if (issue.code === "invalid_key")
    return [{ path, at: "key", expected: `expected ${issue.issues[0]?.message ?? issue.message}` }];
  if (issue.code === "invalid_union") {
    // The alternative that the value is one of by its shape, and whose parts are wrong, knows more.
    const meant = issue.errors.find((inside) => inside.length > 0 && inside.every((one) => one.path.length > 0));
    if (meant !== undefined) return meant.flatMap((one) => findingsOf(one, path, file));
  }
  return [{ path, at: "value", expected: `expected ${issue.message}` }];
}

function unknownName(path: Path, known: readonly string[], { prefix }: StackFile): Finding {
  const name = shorten(String(path.at(-1)));
  const near = nearest(name, known);
  if (path.length > 1) return { path, at: "key", expected: `is not one of: ${known.join(", ")}` };
  const isArgument = prefix === "";
  const names = known.filter((it) => !isArgument || it !== "stage");
  const [one, all] = isArgument ? ["an argument", "Arguments"] : ["a setting", "Settings"];
  const hint = near === undefined ? `${all} are ${names.join(", ")}.` : `Did you mean ${prefix ?? "slipway:"}${near}?`;
  return { path, at: "key", expected: `is not ${one}`, hint };
}

function mistakeOf(
  { path, at, expected, hint }: Finding,
  raw: Readonly<Record<string, unknown>>,
  file: StackFile,
  document: YamlDocument | undefined,
): Mistake {
  const where = whereIs(document, path, at, file.name);
  const secret = isSecret(file, document, path);
  const prefix = file.prefix ?? "slipway:";
  const name = `${prefix}${path.map((step) => shorten(String(step))).join(".")}`;
  const says = expected.startsWith("is not") ? `${name} ${expected}` : `${name}: ${expected}`;
  const found = secret || expected.startsWith("is not") ? "" : foundAt(raw, path, at);
  const message = where === undefined ? `${file.name}: ${says}${found}` : `${says}${found}`;
  return {
    code: "SLW-SETTINGS",
    message,
    hint,
    place: where?.place,
    // Somebody may have written the private half there.
    ...(secret ? {} : { excerpt: where?.excerpt }),
  };
}

function whereIs(document: YamlDocument | undefined, path: Path, at: "key" | "value", file: string) {
  const span = document?.broken === false ? spanOf(document, path, at) : undefined;
  return document !== undefined && span !== undefined ? placeOf(document, span, file) : undefined;
}

function spanOf(document: YamlDocument, path: Path, at: "key" | "value"): Span | undefined {
  const inFile: Path = ["config", `slipway:${path[0]}`, ...path.slice(1)];
  const span = at === "key" ? document.keySpanOf(inFile) : document.spanOf(inFile);
  // What lacks in a map is told at the map.
  return span ?? (path.length > 1 ? spanOf(document, path.slice(0, -1), "key") : undefined);
}

function placeOf(
  document: YamlDocument,
  span: Span,
  file: string,
): { readonly place: Place; readonly excerpt: string } {
  const place = document.placeOf(span.start);
  const [first = ""] = document.text.slice(span.start, span.end).split("\n", 1);
  const width = [...first.trimEnd()].length;
  return { place: { file, ...place }, excerpt: excerpt(document.lines, { ...place, width }, undefined) };
}

/** Settings in which somebody may have written a secret where the name of its variable belongs. */
const holdsSources: ReadonlySet<string> = new Set([
  "keys",
  "notarization",
  "github",
  "githubRelease",
  "homebrew",
  "winget",
]);

/** Whether a setting says where a secret is, in whole or in part. */
export function namesSources(setting: string): boolean {
  return holdsSources.has(setting) || setting === "cache";
}

/** Pulumi keeps a secret setting as `secure: <encrypted>`, and gives the program its clear text. */
function isSecret({ secrets = [] }: StackFile, document: YamlDocument | undefined, path: Path): boolean {
  const holds = holdsSources.has(String(path[0])) || (path[0] === "cache" && path[1] === "key");
  if (holds || secrets.includes(`slipway:${path[0]}`)) return true;
  return path.some((_, at) => {
    const inFile = ["config", `slipway:${path[0]}`, ...path.slice(1, at + 1), "secure"];
    return document?.spanOf(inFile) !== undefined;
  });
}

function foundAt(raw: unknown, path: Path, at: "key" | "value"): string {
  if (at === "key") return `, found ${JSON.stringify(shorten(String(path.at(-1))))}`;
  let value = raw;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return `, found ${shown(value)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(shorten(value));
  // What no file holds, and a program's arguments may.
  if (typeof value === "symbol") return value.description ?? "a symbol";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return shorten(`${value}n`);
  return shorten(JSON.stringify(value));
}
