import { z } from "zod";
import { targetNames } from "../targets.ts";
import { isReleaseVersion } from "../version.ts";
import type { DocumentKind } from "./document.ts";
import { artifactName, lineField, sha256Field, sizeField, strictlySorted } from "./fields.ts";
import type { RecordedArtifact, ReleaseRecord } from "./record.ts";
import { homebrewFacts, productCodeField, wingetFacts } from "./repository-facts.ts";

/** deb822(5): letters between `!` and `~` but the colon, the first neither `#` nor `-`. */
const controlName = z.string().regex(/^(?![#-])[!-9;-~]{1,100}$/, { error: "expected the name of a control field" });
/** deb822(5): a value of several lines goes on with a blank; an empty line would end the stanza. */
const controlValue = z
  .string()
  .regex(/^(?!\s)[^\p{Cc}]*(?:\n[ \t][^\p{Cc}]*[^\p{Cc}\s][^\p{Cc}]*)*(?<!\s)$/u, {
    error: "expected a value whose further lines start with a blank",
  })
  .min(1)
  .max(64 << 10);

const control = z
  .array(z.tuple([controlName, controlValue]))
  .max(200)
  .refine((fields) => new Set(fields.map(([name]) => name.toLowerCase())).size === fields.length, {
    error: "a control field is there twice",
  });

/** What the control fields of a format must have; other formats have none. */
const neededFields: { readonly [F in RecordedArtifact["format"]]?: readonly string[] } = {
  deb: ["Package", "Version", "Architecture"],
  msi: ["ProductName", "ProductVersion", "UpgradeCode"],
};

const artifact: z.ZodType<RecordedArtifact> = z
  .strictObject({
    name: artifactName,
    format: z.enum(["tar.zst", "tar.gz", "zip", "deb", "pkg", "msi"]),
    target: z.enum([...targetNames, "any"]),
    size: sizeField,
    content: sha256Field,
    shipped: sha256Field,
    recipe: sha256Field,
    inventory: z.strictObject({ path: z.string().max(300), size: sizeField, sha256: sha256Field }),
    rollback: z.literal(true).exactOptional(),
    control: control.exactOptional(),
    productCode: productCodeField.exactOptional(),
  })
  .refine(({ name, inventory }) => inventory.path === `inventory/${name}.json`, {
    path: ["inventory", "path"],
    error: "expected inventory/<name of the artifact>.json",
  })
  .superRefine(({ format, control }, context) => {
    const needed = neededFields[format];
    const say = (message: string) => context.addIssue({ code: "custom", path: ["control"], message });
    if ((needed === undefined) !== (control === undefined))
      say("a .deb and an .msi have control fields, and nothing else has");
    else if (needed?.every((name) => control?.some(([field]) => field === name)) === false)
      say(`${needed.slice(0, -1).join(", ")} and ${needed.at(-1)} are needed`);
  })
  .refine(({ format, rollback }) => format === "msi" || rollback === undefined, {
    path: ["rollback"],
    error: "only an .msi can be a rollback build",
  });

const versionError = "expected a semantic version without +, such as 1.4.0 or 1.4.0-rc.1";
/** 9999-12-31: the last second that every date format here can write. */
const lastEpoch = 253_402_300_799;

const percent = "expected whole percent from 0 to 1000";
const growth = z.int({ error: percent }).min(0, { error: percent }).max(1000, { error: percent });

const record = z.strictObject({
  schema: z.literal([1, 2]),
  product: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, { error: "expected a product: lower-case letters, digits, . and -" }),
  version: z.string().max(100).refine(isReleaseVersion, { error: versionError }),
  epoch: z.int({ error: "expected whole seconds since 1970" }).nonnegative().max(lastEpoch),
  summary: lineField(1000),
  description: z.array(lineField(10_000)).max(200),
  homepage: z
    .string()
    .max(2000)
    .regex(/^https?:\/\/[!-~]+$/, { error: "expected an http or https address" }),
  maintainer: z.strictObject({
    name: lineField(200),
    email: z
      .string()
      .max(320)
      .regex(/^[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+$/u, { error: "expected an e-mail address" }),
  }),
  licence: z.string().regex(/^[A-Za-z0-9.+(-][A-Za-z0-9.+() :-]{0,999}$/, { error: "expected an SPDX expression" }),
  features: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, { error: "expected the name of a feature" })
        .max(100),
      z.boolean(),
    )
    .refine((features) => Object.keys(features).length <= 1000, { error: "more than 1000 features" }),
  services: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+@-]{0,99}$/, { error: "expected the name of a service" }))
    .max(1000)
    .refine(strictlySorted, { error: "not sorted, or one is there twice" }),
  budget: z.strictObject({ growth }).exactOptional(),
  homebrew: homebrewFacts.exactOptional(),
  winget: wingetFacts.exactOptional(),
  artifacts: z
    .array(artifact)
    .min(1, { error: "a release has at least one artifact" })
    .max(1000)
    .refine((artifacts) => strictlySorted(artifacts.map(({ name }) => name)), {
      error: "not sorted by name, or one is there twice",
    })
    .refine((artifacts) => new Set(artifacts.map(({ name }) => name.toLowerCase())).size === artifacts.length, {
      error: "two names differ only by case",
    }),
});

/** Fields of the second revision, and no others, make a record one of it: the same facts are said in one way only. */
const schema: z.ZodType<ReleaseRecord> = record
  .refine(({ schema, homebrew, winget }) => (schema === 2) === (homebrew !== undefined || winget !== undefined), {
    path: ["schema"],
    error: "expected 2 where homebrew or winget is there, and else 1",
  })
  .refine(
    ({ winget, artifacts }) =>
      artifacts.every(
        ({ format, productCode }) => (productCode !== undefined) === (format === "msi" && winget !== undefined),
      ),
    { path: ["artifacts"], error: "an .msi has a productCode where winget is there, and nothing else has" },
  );

export const recordKind: DocumentKind<ReleaseRecord> = {
  name: "release record",
  code: "SLW-RECORD",
  schema,
  newest: 2,
  limit: 4 << 20,
};
