import { z } from "zod";
import { awsMistakes, awsSetting } from "./aws-settings.ts";
import { sharedCache } from "./cache-settings.ts";
import { canonicalJson } from "./canonical-json.ts";
import { homebrew, winget } from "./destination-settings.ts";
import { sha256 } from "./digest.ts";
import { type Mistake, refuseMistakes } from "./errors.ts";
import { githubReleaseSetting, githubSetting } from "./github-settings.ts";
import { list, record, text } from "./manifest/fields.ts";
import { notarization } from "./notarization-settings.ts";
import { isReleaseFolder } from "./record/folder.ts";
import { bucketLocation, file, source, wholeNumber } from "./setting-values.ts";
import { placedSettings, type StackFile, settingsMistakes } from "./settings-mistakes.ts";
import { stageMistakes, stageNames } from "./stage-settings.ts";

/** Every message here completes the sentence "slipway:NAME: expected ..., found ...". */

const product = text(
  "a product id: lower-case letters, digits, dots and dashes, at most 64",
  /^[a-z0-9][a-z0-9.-]{0,63}$/,
);

const aVersion = 'a version such as 1.4.0, or one published folder such as "1.4.0+0123456789ab"';
const version = z.string({ error: aVersion }).refine(isReleaseFolder, { error: aVersion });
const versions = z.union([version, z.record(product, version)], {
  error: `${aVersion}, or a map of such, one for each product`,
});

const manifests = list('a list of paths, such as ["packaging/runtime/manifest.yaml"]', file)
  .min(1, { error: "at least one manifest" })
  .superRefine((paths, context) => {
    for (const [at, path] of paths.entries()) {
      if (paths.indexOf(path) < at) context.addIssue({ code: "custom", path: [at], message: "each manifest once" });
    }
  });

const anAddress = "an http or https address";
/** What users' sources file names: apt adds paths to it, and everybody can read it. */
const address = z
  .url({ protocol: /^https?$/, error: anAddress, abort: true })
  .refine((url) => !/^[^/]+\/\/[^/?#]*@/.test(url), {
    error: `${anAddress} without a user and password: every user's sources file names it`,
  })
  .refine((url) => /^[!-~]{1,2000}$/.test(url), {
    error: `${anAddress} in one line without blanks, other letters written as %C3%BC: blanks are two addresses to apt`,
  })
  .refine((url) => !/[?#]/.test(url), { error: `${anAddress} without ? and #: paths are added to it` });

// Written without quotes in a stack's file it is a YAML timestamp, which the engine passes on in Go's form.
const time = z.preprocess(
  (value) => (typeof value === "string" ? value.replace(/^(\S{10}) (\S{8}) \+0000 UTC$/, "$1T$2Z") : value),
  z.iso
    .datetime({ precision: 0, error: 'a time in UTC such as "2026-01-31T09:00:00Z"', abort: true })
    .regex(/^(?:19[89]|20\d)\d/, { error: "a time between 1980 and 2099" }),
);

/** A field of an index: one line that a reader can tell from its neighbours. */
const line = text(
  "one line of at most 100 printable characters",
  /^[\p{L}\p{N}\p{P}\p{S}](?:[\p{L}\p{N}\p{P}\p{S} ]{0,98}[\p{L}\p{N}\p{P}\p{S}])?$/u,
);

const ed25519 = record("a key by reference: { public: ..., source: ... }", {
  public: text("the public half: 32 bytes in lower-case hex", /^[0-9a-f]{64}$/),
  source,
});
const openpgp = record("a key by reference: { public: PATH, source: ... }", { public: file, source });
/** `public` is the certificate and its issuers in PEM; `source` a PKCS#12 file, in base64 where it is a variable. */
const identityFields = { public: file, source, password: source };
const anIdentity = "an identity by reference: { public: PATH, source: ..., password: ... }";
const identity = record(anIdentity, identityFields);
/** `timestamp` is the authority that programs for Macs are timestamped by, which Apple's notary service wants. */
const application = record(anIdentity, { ...identityFields, timestamp: address.optional() });

const publicHalf = record("the public half of a channel's key: { public: HEX }", {
  public: text("the public half: 32 bytes in lower-case hex", /^[0-9a-f]{64}$/),
});
const channel = text("a channel: lower-case letters and digits, at most 50", /^[a-z0-9]{1,50}$/);

const aSigner = "a path, or a list of paths while keys change";

const settingsSchema = record("settings", {
  stage: z.enum(stageNames, { error: `a stage: ${stageNames.join(", ")}` }),
  manifests: manifests.default(["packaging/runtime/manifest.yaml"]),
  version: versions.optional(),
  channel: channel.optional(),
  from: channel.default("candidate"),
  products: list('a list of products, such as ["runtime"]', product)
    .min(1, { error: "at least one product" })
    .optional(),
  channels: z
    .record(channel, publicHalf, { error: "a map channel → { public: HEX }" })
    .refine((channels) => Object.keys(channels).length > 0, { error: "at least one channel" })
    .optional(),
  certificates: list("a list of paths of armoured certificates", file)
    .min(1, { error: "at least one certificate" })
    .optional(),
  root: file.optional(),
  signer: z.union([file, list(aSigner, file).min(1, { error: aSigner })], { error: aSigner }).optional(),
  verify: z.enum(["quick", "deep"], { error: '"quick" or "deep"' }).default("quick"),
  governance: file.default("docs/process/governance-log.md"),
  archive: product.default("runtime"),
  origin: line.default("Slipway"),
  label: line.default("Slipway"),
  url: address.default("http://127.0.0.1:8417"),
  bucket: bucketLocation.default(".slipway/bucket"),
  keep: wholeNumber("a whole number of versions from 1 to 100", 1, 100).default(3),
  lifetime: wholeNumber("a whole number of days from 7 to 999", 7, 999).default(365),
  phasing: z
    .record(product, wholeNumber("a whole number of machines in 100, from 0 to 100", 0, 100), {
      error: "a map product → machines in 100",
    })
    .default({}),
  publishedAt: time.optional(),
  keys: record("a map of keys: root, channel, openpgp, installer, application, authenticode", {
    root: ed25519.optional(),
    channel: ed25519.optional(),
    openpgp: openpgp.optional(),
    installer: identity.optional(),
    application: application.optional(),
    authenticode: identity.optional(),
  }).default({}),
  notarization: notarization.optional(),
  timestamps: file.optional(),
  homebrew: homebrew.optional(),
  winget: winget.optional(),
  aws: awsSetting.optional(),
  github: githubSetting.optional(),
  githubRelease: githubReleaseSetting.optional(),
  cache: sharedCache.optional(),
});

/** A stack's settings, checked and with all defaults filled in. */
export type Settings = z.infer<typeof settingsSchema>;

/** Where the private half of a key is, as written in a stack's file. */
export type SourceSetting = z.infer<typeof source>;

export const settingNames = Object.keys(settingsSchema.shape) as readonly (keyof Settings)[];

/**
 * Reads a stack's configuration (values of `slipway:*`, structured ones already parsed). All mistakes at once
 * (SLW-SETTINGS), each naming its setting and its place in the stack's file: also what a stack of its stage lacks, and what
 * is no setting of that stage.
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>, file: StackFile): Settings {
  const parsed = settingsSchema.safeParse(raw);
  const stage = settingsSchema.shape.stage.safeParse(raw["stage"]).data;
  const others = [
    ...(stage === undefined ? [] : stageMistakes(stage, raw, file.prefix === "")),
    ...(parsed.success ? awsMistakes(parsed.data) : []),
  ];
  const ofStage = placedSettings(others, file).map((it) => (file.prefix === "" ? underBareNames(it) : it));
  refuseMistakes([
    ...(parsed.success ? [] : settingsMistakes(parsed.error.issues, raw, file)),
    ...ofStage.map((it) => (it.place === undefined ? { ...it, message: `${file.name}: ${it.message}` } : it)),
  ]);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}

/** A mistake in a component's arguments, which have no `slipway:` before their names. */
function underBareNames(mistake: Mistake): Mistake {
  const { message, hint } = mistake;
  return { ...mistake, message: message.replaceAll("slipway:", ""), hint: hint?.replaceAll("slipway:", "") };
}

/** An identity that signs what is embedded in artifacts, by reference. */
export type IdentitySetting = z.infer<typeof identity>;

/** The channel that a stack moves. */
export function movedChannel({ stage, channel }: Settings): string {
  return channel ?? { dev: "dev", foundation: "", candidate: "candidate", release: "stable" }[stage];
}

/** The version that a stack asks for, for one product; undefined: the manifest's own. */
export function requestedVersion(settings: Settings, productId: string): string | undefined {
  const { version: asked } = settings;
  return typeof asked === "object" ? asked[productId] : asked;
}

/** The products that a stack of a stage without manifests is about. */
export function namedProducts({ products, archive }: Settings): readonly string[] {
  return products ?? [archive];
}

/** Digest of all settings: an update under others than its preview's publishes something else. */
export function settingsDigest(settings: Settings): string {
  return sha256(canonicalJson(settings));
}
