import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { artifactName, sha256Field, sizeField, strictlySorted } from "../record/fields.ts";

const version = z.string().min(1);
const digested = z.array(z.strictObject({ path: z.string().min(1), sha256: sha256Field }));
const sortedFiles = digested.refine((files) => strictlySorted(files.map(({ path }) => path)), {
  error: "not sorted by path, or one is there twice",
});

const schema = z.strictObject({
  schema: z.literal(1),
  product: z.string().min(1),
  version,
  /** The commit that all of it was made from; `dirty`: files differed from it. Null outside a repository. */
  source: z
    .strictObject({ commit: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/), dirty: z.boolean() })
    .nullable(),
  features: z.record(z.string(), z.boolean()),
  /** The pages that say what is held to and checked, as the commit has them. */
  securityChecklist: sortedFiles,
  toolchain: z.strictObject({ node: version, zlib: version, zstd: version, xz: version, lockfile: sha256Field }),
  artifacts: z.array(
    z.strictObject({
      name: artifactName,
      target: z.string().min(1),
      format: z.string().min(1),
      size: sizeField,
      /** Of the content, before anything is signed. */
      sha256: sha256Field,
      recipe: sha256Field,
    }),
  ),
  /** The product's fixtures, as they are inside the artifacts. */
  fixtures: sortedFiles,
  /** Golden files that came with it. */
  goldens: sortedFiles,
});

/**
 * What `metadata.json` says of a folder of packages: no time, machine or path of one, so that the same commit gives the same
 * text.
 */
export type PackagedMetadata = Omit<z.infer<typeof schema>, "schema">;

/** The text of `metadata.json`. Throws where a value is none that the schema has. */
export function packagedMetadataText(metadata: PackagedMetadata): string {
  return canonicalJson(schema.parse({ schema: 1, ...metadata }));
}

/** Reads the text again; throws where it is another document. */
export function parsePackagedMetadata(text: string): PackagedMetadata {
  const { schema: _, ...metadata } = schema.parse(JSON.parse(text));
  return metadata;
}
