import type { z } from "zod";
import { type TargetName, targetNames, targets } from "../targets.ts";
import { completedCommand } from "./fields.ts";
import { homebrewSchema, wingetSchema } from "./repository-fields.ts";
import {
  binarySchema,
  configSchema,
  fileSchema,
  type formatSystems,
  installerFormat,
  manifestSchema,
  payloadSchema,
  retiredSchema,
  serviceSchema,
  socketSchema,
} from "./schema.ts";
import type { Path } from "./yaml-nodes.ts";

/** A value that is right by itself, and where it stands. */
export interface Placed<T> {
  readonly path: Path;
  readonly value: T;
}

/** The fields of a map that are right by themselves. */
type Fields<S extends z.ZodObject> = { readonly [K in keyof z.infer<S>]?: z.infer<S>[K] | undefined };

/**
 * What can be understood of a manifest that may have mistakes elsewhere: the rules between fields work on it, so that
 * they speak up in the same run as the rules of each field.
 */
export interface Draft {
  readonly product: string | undefined;
  readonly version: string | undefined;
  readonly targets: readonly TargetDraft[];
  /** There is a target, and each is one that is made: what no target makes is then meant so. */
  readonly targetsKnown: boolean;
  readonly configuration: readonly Placed<Fields<typeof configSchema>>[];
  readonly retired: readonly Placed<Fields<typeof retiredSchema>>[];
  readonly policies: readonly Placed<string>[];
  readonly fixtures: readonly Placed<string>[];
  readonly files: readonly Placed<Fields<typeof fileSchema>>[];
  readonly services: readonly Placed<Fields<typeof serviceSchema>>[];
  readonly units: readonly Placed<string>[];
  readonly sockets: readonly Placed<Fields<typeof socketSchema>>[];
  /** The commands that completions are for. */
  readonly completed: readonly Placed<string>[];
  readonly manuals: readonly Placed<string>[];
  readonly homebrew: SectionDraft<typeof homebrewSchema> | undefined;
  readonly winget: SectionDraft<typeof wingetSchema> | undefined;
}

/** A section that may be left out as a whole; `written` are its keys, also of fields that are wrong. */
type SectionDraft<S extends z.ZodObject> = Placed<Fields<S>> & { readonly written: readonly string[] };

export interface TargetDraft {
  readonly name: TargetName;
  readonly payload: z.infer<typeof payloadSchema> | undefined;
  readonly binaries: readonly Placed<Fields<typeof binarySchema>>[];
  readonly formats: readonly Placed<keyof typeof formatSystems>[];
}

export function draftOf(manifest: unknown): Draft {
  const { shape } = manifestSchema;
  const written = Object.keys(Object(member(manifest, "targets")));
  return {
    product: valid(shape.product, member(manifest, "product")),
    version: valid(shape.version, member(manifest, "version")),
    targets: targetNames.flatMap((name) => targetDraft(name, member(member(manifest, "targets"), name))),
    targetsKnown: written.length > 0 && written.every((name) => Object.hasOwn(targets, name)),
    configuration: items(manifest, "configuration").map(validFields(configSchema)),
    retired: items(manifest, "retired-configuration").map(validFields(retiredSchema)),
    policies: items(manifest, "policies").flatMap(validItem(shape.policies.unwrap().element)),
    fixtures: items(manifest, "fixtures").flatMap(validItem(shape.fixtures.unwrap().element)),
    files: items(manifest, "files").map(validFields(fileSchema)),
    services: items(manifest, "services").map(validFields(serviceSchema)),
    units: items(manifest, "units").flatMap(validItem(shape.units.unwrap().element)),
    sockets: items(manifest, "sockets").map(validFields(socketSchema)),
    completed: completedCommands(member(manifest, "completions")),
    manuals: items(manifest, "manuals").flatMap(validItem(shape.manuals.unwrap().element)),
    homebrew: section(homebrewSchema, manifest, "homebrew"),
    winget: section(wingetSchema, manifest, "winget"),
  };
}

function targetDraft(name: TargetName, target: unknown): readonly TargetDraft[] {
  if (target === undefined) return [];
  const at = ({ path, value }: Placed<unknown>): Placed<unknown> => ({ path: ["targets", name, ...path], value });
  return [
    {
      name,
      payload: valid(payloadSchema, member(target, "payload")),
      binaries: items(target, "binaries").map(at).map(validFields(binarySchema)),
      formats: items(target, "installers")
        .map(at)
        .map(({ path, value }) => ({ path: [...path, "format"], value: member(value, "format") }))
        .flatMap(validItem(installerFormat)),
    },
  ];
}

/** Keys that are commands and hold a map: anything else is a mistake of its own. */
function completedCommands(completions: unknown): readonly Placed<string>[] {
  if (typeof completions !== "object" || completions === null || Array.isArray(completions)) return [];
  return Object.entries(completions)
    .filter(([name, shells]) => completedCommand.safeParse(name).success && typeof shells === "object")
    .map(([value]) => ({ path: ["completions", value], value }));
}

/** The value of a map's own key; undefined where it has none or is no map. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

/** A section that is there and a map; undefined where it is neither: that is no mistake, or one of its own. */
function section<S extends z.ZodObject>(schema: S, manifest: unknown, key: string): SectionDraft<S> | undefined {
  const value = member(manifest, key);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return { ...validFields(schema)({ path: [key], value }), written: Object.keys(value) };
}

function items(value: unknown, key: string): readonly Placed<unknown>[] {
  const list = member(value, key);
  return Array.isArray(list) ? list.map((item: unknown, index) => ({ path: [key, index], value: item })) : [];
}

function valid<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

function validItem<T>(schema: z.ZodType<T>): (item: Placed<unknown>) => readonly Placed<T>[] {
  return ({ path, value }) => {
    const result = schema.safeParse(value);
    return result.success ? [{ path, value: result.data }] : [];
  };
}

/** A field that is left out has its default. */
function validFields<S extends z.ZodObject>(schema: S): (item: Placed<unknown>) => Placed<Fields<S>> {
  return ({ path, value }) => {
    const fields = Object.keys(schema.shape).map((key) => [key, schema.shape[key].safeParse(member(value, key)).data]);
    return { path, value: Object.fromEntries(fields) as Fields<S> };
  };
}
