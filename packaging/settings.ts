import { z } from "zod";
import { type Mistake, refuseMistakes } from "./errors.ts";

const product = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]+$/, "expected a product id: lower-case letters, digits, dots and dashes");
const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+/, 'expected a version such as 1.4.0, or one published folder such as "1.4.0+0123456789ab"');
const source = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })]);
// Written without quotes in a stack's file it is a YAML timestamp, which the engine passes on in Go's form.
const time = z.preprocess(
  (value) => (typeof value === "string" ? value.replace(/^(\S{10}) (\S{8}) \+0000 UTC$/, "$1T$2Z") : value),
  z.iso.datetime({ error: 'expected a time in UTC such as "2026-01-31T09:00:00Z"' }),
);

const settingsSchema = z.strictObject({
  stage: z.enum(["dev"], { error: 'expected "dev", the one stage this version of Slipway has' }),
  manifests: z.array(z.string().min(1)).min(1).default(["packaging/runtime/manifest.yaml"]),
  version: z.union([version, z.record(product, version)]).optional(),
  archive: product.default("runtime"),
  origin: z.string().min(1).default("Slipway"),
  label: z.string().min(1).default("Slipway"),
  url: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:8417"),
  bucket: z.string().min(1).default(".slipway/bucket"),
  keep: z.coerce.number().int().min(1).max(100).default(3),
  publishedAt: time.optional(),
  keys: z
    .strictObject({
      root: z.strictObject({ public: z.string().regex(/^[0-9a-f]{64}$/), source }).optional(),
      channel: z.strictObject({ public: z.string().regex(/^[0-9a-f]{64}$/), source }).optional(),
      openpgp: z.strictObject({ public: z.string().min(1), source }).optional(),
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
      const name = key === undefined ? "settings" : [`slipway:${String(key)}`, ...inside.map(String)].join(".");
      const found = valueAt(raw, issue.path);
      return { code: "SLW-SETTINGS", message: `${stackFile}: ${name}: ${issue.message}${found}` };
    }),
  );
  throw parsed.error;
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
