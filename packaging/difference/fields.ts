/** A named value: text, or a list whose order says nothing. */
export type Field = readonly [name: string, value: string | readonly string[]];

/** A field that differs: both texts, or what joined a list and what left it; a side that lacks the field is left out. */
export interface FieldChange {
  readonly name: string;
  readonly from?: string;
  readonly to?: string;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

/** Control fields that list relations between packages (deb-control(5)), separated by commas. */
const relations: ReadonlySet<string> = new Set([
  "Pre-Depends",
  "Depends",
  "Recommends",
  "Suggests",
  "Enhances",
  "Breaks",
  "Conflicts",
  "Replaces",
  "Provides",
  "Built-Using",
  "Static-Built-Using",
]);

/** Control fields as fields: relations are lists. */
export function fieldsOfControl(control: readonly (readonly [string, string])[]): readonly Field[] {
  return control.map(([name, value]): Field => {
    if (!relations.has(name)) return [name, value];
    return [
      name,
      value
        .split(",")
        .map((relation) => relation.trim().replace(/\s+/g, " "))
        .filter((it) => it !== ""),
    ];
  });
}

/** Which fields differ: those of `to` in its order, then those that are gone. */
export function compareFields(from: readonly Field[], to: readonly Field[]): readonly FieldChange[] {
  const before = new Map(from);
  const after = new Map(to);
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return names.flatMap((name) => compareField(name, before.get(name), after.get(name)));
}

function compareField(name: string, from: Field[1] | undefined, to: Field[1] | undefined): readonly FieldChange[] {
  if (isList(from ?? []) && isList(to ?? [])) {
    const [before, after] = [new Set(from ?? []), new Set(to ?? [])];
    const [added, removed] = [[...after].filter((it) => !before.has(it)), [...before].filter((it) => !after.has(it))];
    return added.length + removed.length === 0 ? [] : [{ name, added, removed }];
  }
  const [before, after] = [textOf(from), textOf(to)];
  if (before === after) return [];
  return [{ name, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) }];
}

function isList(value: Field[1]): value is readonly string[] {
  return typeof value !== "string";
}

function textOf(value: Field[1] | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : value.join(", ");
}
