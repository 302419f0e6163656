import { z } from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { sha256 } from "./digest.ts";
import { type Mistake, refuseMistakes } from "./errors.ts";
import { nearest } from "./manifest/nearest.ts";

const expectedKeep = "expected a whole number of versions from 1 to 100";
const product = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{0,63}$/,
    "expected a product id: lower-case letters, digits, dots and dashes, at most 64",
  );
const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+/, 'expected a version such as 1.4.0, or one published folder such as "1.4.0+0123456789ab"');
const source = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: "expected where the private half is: { env: NAME } or { file: PATH }",
});
const ed25519 = z.strictObject({
  public: z.string().regex(/^[0-9a-f]{64}$/, "expected the public half: 32 bytes in lower-case hex"),
  source,
});
const aText = "expected a text that is not empty";
// Written without quotes in a stack's file it is a YAML timestamp, which the engine passes on in Go's form.
const time = z.preprocess(
  (value) => (typeof value === "string" ? value.replace(/^(\S{10}) (\S{8}) \+0000 UTC$/, "$1T$2Z") : value),
  z.iso.datetime({ error: 'expected a time in UTC such as "2026-01-31T09:00:00Z"' }),
);

/** As `pulumi config set` writes it, or in a file as a number; nothing else becomes one. */
const expectedPercentage = "expected a whole number of machines in 100, from 0 to 100";
const percentage = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\d{1,3}$/)
        .transform(Number),
    ],
    { error: expectedPercentage },
  )
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 100, { error: expectedPercentage });

/** A field of an index: one line that a reader can tell from its neighbours. */
const line = z.string().regex(/^[\p{L}\p{N}\p{P}\p{S}](?:[\p{L}\p{N}\p{P}\p{S} ]{0,98}[\p{L}\p{N}\p{P}\p{S}])?$/u, {
  error: "expected one line of at most 100 printable characters",
});

const settingsSchema = z.strictObject({
  stage: z.enum(["dev"], { error: 'expected "dev", the one stage this version of Slipway has' }),
  manifests: z
    .array(z.string().min(1), { error: 'expected a list of paths, such as ["packaging/runtime/manifest.yaml"]' })
    .min(1, "expected at least one manifest")
    .default(["packaging/runtime/manifest.yaml"]),
  version: z.union([version, z.record(product, version)]).optional(),
  archive: product.default("runtime"),
  origin: line.default("Slipway"),
  label: line.default("Slipway"),
  url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).default("http://127.0.0.1:8417"),
  bucket: z.string({ error: aText }).min(1, aText).default(".slipway/bucket"),
  keep: z.coerce
    .number({ error: expectedKeep })
    .int(expectedKeep)
    .min(1, expectedKeep)
    .max(100, expectedKeep)
    .default(3),
  phasing: z.record(product, percentage).default({}),
  publishedAt: time.optional(),
  keys: z
    .strictObject({
      root: ed25519.optional(),
      channel: ed25519.optional(),
      openpgp: z.strictObject({ public: z.string().min(1, aText), source }).optional(),
    })
    .default({}),
});

/** A stack's settings, checked and with all defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;

/** Where the private half of a key is, as written in a stack's file. */
export type SourceSetting = z.infer<typeof source>;

export const settingNames = Object.keys(settingsSchema.shape) as readonly (keyof Settings)[];

/**
 * Reads a stack's configuration (values of `slipway:*`, structured ones already parsed). All mistakes at once
 * (SLW-SETTINGS), each naming its key and the stack's file.
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, stackFile: string): Settings {
  const parsed = settingsSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  refuseMistakes(
    parsed.error.issues.map((issue): Mistake => {
      const [key, ...inside] = issue.path;
      if (issue.code === "unrecognized_keys" && key === undefined)
        return unknownSetting(issue.keys[0] ?? "", stackFile);
      const name = key === undefined ? "settings" : [`slipway:${String(key)}`, ...inside.map(String)].join(".");
      // Under keys nothing is shown: someone may have written the private half there.
      const found = key === "keys" ? "" : valueAt(raw, issue.path);
      return { code: "SLW-SETTINGS", message: `${stackFile}: ${name}: ${issue.message}${found}` };
    }),
  );
  throw parsed.error;
}

function unknownSetting(name: string, stackFile: string): Mistake {
  const near = nearest(name, settingNames);
  return {
    code: "SLW-SETTINGS",
    message: `${stackFile}: slipway:${name} is not a setting`,
    hint: near === undefined ? `Settings are ${settingNames.join(", ")}.` : `Did you mean slipway:${near}?`,
  };
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): string {
  let value = raw;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value === undefined ? "" : `, found ${JSON.stringify(value)}`;
}

/** The version that a stack asks for, for one product; undefined: the manifest's own. */
export function requestedVersion(settings: Settings, productId: string): string | undefined {
  const { version: asked } = settings;
  return typeof asked === "object" ? asked[productId] : asked;
}

/** Digest of all settings: an update under others than its preview's publishes something else. */
export function settingsDigest(settings: Settings): string {
  return sha256(canonicalJson(settings));
}
