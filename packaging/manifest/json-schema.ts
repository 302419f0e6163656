import { writeFile } from "node:fs/promises";
import { z } from "zod";
import { manifestSchema } from "./schema.ts";

/** The JSON Schema (draft 2020-12) by which editors complete and check a manifest while it is written. */
export function manifestJsonSchema(): string {
  const schema = { title: "Slipway manifest", ...z.toJSONSchema(manifestSchema, { io: "input" }) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The committed copy; `node packaging/manifest/json-schema.ts` writes it anew. */
export const jsonSchemaFile = new URL("manifest.schema.json", import.meta.url);

if (import.meta.main) await writeFile(jsonSchemaFile, manifestJsonSchema());
