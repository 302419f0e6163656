import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What the class of a resource takes, by the declarations of the installed package. */
export interface Arguments {
  readonly required: readonly string[];
  readonly known: ReadonlySet<string>;
}

const require = createRequire(import.meta.url);

/** The arguments of a type such as `github:index/actionsSecret:ActionsSecret`, as its declaration file has them. */
export function argumentsOf(type: string): Arguments {
  const [provider, module = "", name] = type.split(":");
  const file = module.replace(/^index\//, "");
  const declarations = readFileSync(require.resolve(`@pulumi/${provider}/${file}.d.ts`), "utf8");
  const [, body = ""] = new RegExp(`^export interface ${name}Args \\{\n(.*?)^\\}`, "ms").exec(declarations) ?? [];
  const fields = [...body.matchAll(/^ {4}(\w+)(\?)?: /gm)].map(([, field = "", optional]) => ({ field, optional }));
  if (fields.length === 0) throw new Error(`the package has no arguments of ${type}`);
  return {
    required: fields.filter(({ optional }) => optional === undefined).map(({ field }) => field),
    known: new Set(fields.map(({ field }) => field)),
  };
}
