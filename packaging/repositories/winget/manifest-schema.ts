import { z } from "zod";
import { refusal } from "../../errors.ts";
import { describeIssue, inWords } from "../../schema-words.ts";

export type ManifestType = "version" | "installer" | "defaultLocale";

/** A manifest as it is written: keys of winget's own, in its order. */
export type Manifest = Readonly<Record<string, unknown>>;

/*
 * The fields that are written here, with the limits of the published schemas (microsoft/winget-cli, schemas/JSON/manifests).
 * Those allow any further key, and the client then refuses it: here each map is closed.
 */

const text = (least: number, most: number) => z.string().min(least).max(most);
const address = text(1, 2048).regex(/^https?:\/\/.+$/i, { error: "expected an address" });
const guid = text(1, 255);
/** What no name of a file on Windows has, as a piece of a character class. */
const forbidden = '\\\\/:*?"<>|\\x01-\\x1f';
const part = `[^.\\s${forbidden}]{1,32}`;
const packageIdentifier = z
  .string()
  .max(128)
  .regex(new RegExp(`^${part}(?:\\.${part}){1,7}$`), { error: "expected an identifier of two to eight parts" });
const packageVersion = z
  .string()
  .max(128)
  .regex(new RegExp(`^[^${forbidden}]+$`), { error: "expected a version" });
const number = "(?:0|[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
const manifestVersion = z
  .string()
  .regex(new RegExp(`^${number}(?:\\.${number}){2}$`), { error: "expected the version of a manifest" });
const tag = text(1, 40);
const distinct = (values: readonly string[]) => new Set(values).size === values.length;

const common = {
  PackageIdentifier: packageIdentifier,
  PackageVersion: packageVersion,
  ManifestVersion: manifestVersion,
};

const installer = z.strictObject({
  Architecture: z.enum(["x86", "x64", "arm", "arm64", "neutral"]),
  InstallerUrl: address,
  InstallerSha256: z.string().regex(/^[A-Fa-f0-9]{64}$/, { error: "expected a SHA-256" }),
  ProductCode: guid.optional(),
  AppsAndFeaturesEntries: z
    .array(
      z.strictObject({
        DisplayName: text(1, 256),
        Publisher: text(1, 256),
        ProductCode: guid,
        UpgradeCode: guid,
      }),
    )
    .min(1)
    .optional(),
  NestedInstallerFiles: z
    .array(
      z.strictObject({
        RelativeFilePath: text(1, 512).refine((path) => !path.split("\\").includes(".."), { error: "expected no .." }),
        PortableCommandAlias: text(1, 40),
      }),
    )
    .min(1)
    .max(1024)
    .optional(),
});

const schemas = {
  version: z.strictObject({ ...common, DefaultLocale: text(1, 20), ManifestType: z.literal("version") }),
  installer: z.strictObject({
    ...common,
    InstallerType: z.enum(["msi", "zip"]),
    NestedInstallerType: z.literal("portable").optional(),
    Scope: z.literal("machine").optional(),
    UpgradeBehavior: z.literal("install").optional(),
    Commands: z.array(text(1, 40)).min(1).max(16).refine(distinct, { error: "expected each command once" }).optional(),
    ReleaseDate: z.iso.date({ error: "expected a date" }),
    Dependencies: z.strictObject({ WindowsFeatures: z.array(text(1, 128)).min(1).max(16) }).optional(),
    Installers: z.array(installer).min(1).max(1024),
    ManifestType: z.literal("installer"),
  }),
  defaultLocale: z.strictObject({
    ...common,
    PackageLocale: text(1, 20),
    Publisher: text(2, 256),
    PackageName: text(2, 256),
    PackageUrl: address,
    License: text(3, 512),
    ShortDescription: text(3, 256),
    Description: text(3, 10_000).optional(),
    Moniker: tag.optional(),
    Tags: z.array(tag).min(1).max(16).refine(distinct, { error: "expected each tag once" }).optional(),
    ManifestType: z.literal("defaultLocale"),
  }),
} satisfies Record<ManifestType, z.ZodType>;

/** Refuses (SLW-RECORD) a manifest that winget would not take: an unknown key, one that is missing, a text beyond its limit. */
export function checkManifest(manifest: Manifest, where: string): void {
  const { ManifestType: type } = manifest;
  if (typeof type !== "string" || !Object.hasOwn(schemas, type))
    throw refusal("SLW-RECORD", `${where}: winget knows no manifest of type ${JSON.stringify(type ?? null)}.`);
  const parsed = schemas[type as ManifestType].safeParse(manifest, { error: inWords });
  if (parsed.success) return;
  throw refusal("SLW-RECORD", `${where} would be no manifest of winget: ${describeIssue(parsed.error.issues[0])}.`);
}
