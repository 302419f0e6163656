import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { manifestSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) by which editors complete and check a manifest while it is written. */
export function manifestJsonSchema(): string {
  const schema = { title: "Slipway manifest", ...z.toJSONSchema(manifestSchema, { io: "input" }) };
  return `${JSON.stringify(schema, null, 2).replace(/^( *(?:"[^"]*": )?)\[\n([^[\]{}]*)\n *\](,?)$/gm, shortList)}\n`;
}

/** A list of words stands in one line where it fits in 120 columns, as the formatter of this repository has it. */
function shortList(whole: string, before: string, items: string, after: string): string {
  const line = `${before}[${items
    .split("\n")
    .map((item) => item.trim())
    .join(" ")}]${after}`;
  return line.length <= 120 ? line : whole;
}

/** The committed copy; `node packaging/manifest/json-schema.ts` writes it anew. */
export const jsonSchemaFile = new URL("manifest.schema.json", import.meta.url);

if (import.meta.main) await writeFile(jsonSchemaFile, manifestJsonSchema());
