import { unsignedCache } from "./cache-settings.ts";
import type { Mistake } from "./errors.ts";

/** What a stack is for. */
export const stageNames = ["dev", "foundation", "candidate", "release"] as const;

export type StageName = (typeof stageNames)[number];

/** Settings that every stage has. */
const common = ["stage", "archive", "origin", "label", "url", "bucket", "keys"];
/** Those of a stage that moves a channel and writes its suite. */
const moving = ["version", "keep", "phasing", "publishedAt", "homebrew", "winget"];

interface StageSettings {
  readonly takes: readonly string[];
  /** Paths below `slipway:` that it cannot do without, and what each is. */
  readonly needs: readonly (readonly [path: string, what: string])[];
}

const channelKey = ["keys.channel", "the key that moves the channel: { public: HEX, source: { env: NAME } }"] as const;
const trustedRoot = [
  "root",
  "the path of the TUF root that is trusted, as the foundation's bucket has it in keys/tuf-root.json",
] as const;
const certificates = ["certificates", "a list of the archive's OpenPGP certificates"] as const;
const archiveKey = [
  "keys.openpgp",
  "the key that signs sums and the suite: { public: PATH, source: { env: NAME } }",
] as const;

const stages: Readonly<Record<StageName, StageSettings>> = {
  dev: { takes: [...common, ...moving, "manifests", "notarization", "timestamps", "cache"], needs: [] },
  foundation: {
    takes: [...common, "products", "channels", "certificates", "aws", "github"],
    needs: [
      ["keys.root", "the key of the TUF root: { public: HEX, source: { env: NAME } }"],
      ["channels", "a map channel → { public: HEX }, the keys that move them"],
      certificates,
    ],
  },
  candidate: {
    takes: [
      ...common,
      ...moving,
      "manifests",
      "channel",
      "lifetime",
      "governance",
      "certificates",
      "root",
      "notarization",
      "timestamps",
      "cache",
    ],
    needs: [trustedRoot, certificates, channelKey, archiveKey],
  },
  release: {
    takes: [
      ...common,
      ...moving,
      "channel",
      "lifetime",
      "from",
      "products",
      "root",
      "signer",
      "verify",
      "governance",
      "githubRelease",
    ],
    needs: [
      ["version", "the version that the channel is to point at, or a map product → version"],
      trustedRoot,
      ["signer", "the path of the certificate that signs the sums of what is promoted, or a list of such"],
      channelKey,
      archiveKey,
    ],
  },
};

/** Stages of which a stack has a setting. */
export function stagesOf(setting: string): readonly StageName[] {
  return stageNames.filter((stage) => stages[stage].takes.includes(setting));
}

/**
 * The settings that a stack of this stage lacks, and those that only stacks of other stages have (SLW-SETTINGS). What is no
 * setting at all, or is there and wrong, is for the schema to name. `ofComponent`: they are arguments of a component of another program.
 */
export function stageMistakes(
  stage: StageName,
  raw: Readonly<Record<string, unknown>>,
  ofComponent = false,
): readonly Mistake[] {
  const who = ofComponent ? "this component" : `a stack of stage ${stage}`;
  const { takes, needs } = stages[stage];
  const known = takes.filter((name) => name !== "stage" || !ofComponent);
  const foreign = Object.keys(raw).filter((name) => !takes.includes(name) && stagesOf(name).length > 0);
  const missing = needs.filter(([path]) => !isGiven(raw, path.split(".")));
  // On `dev` one is generated.
  const isUnsigned = stage === "candidate" && isGiven(raw, ["notarization"]) && !isGiven(raw, ["keys", "installer"]);
  return [
    ...(isUnsigned ? [notarizedUnsigned] : []),
    ...(takes.includes("cache") ? unsignedCache(stage, raw["cache"]) : []),
    ...(isSubmitted(raw["winget"]) && !/^https:/i.test(String(raw["url"])) ? [submittedOverHttp] : []),
    ...foreign.map(
      (name): Mistake => ({
        code: "SLW-SETTINGS",
        message: `slipway:${name} is no setting of ${who}`,
        setting: [name],
        hint: `Remove it; ${who} has ${known.toSorted().join(", ")}.`,
      }),
    ),
    ...missing.map(
      ([path, what]): Mistake => ({
        code: "SLW-SETTINGS",
        message: `slipway:${path} is missing: ${who} needs ${what}`,
        setting: path.split("."),
      }),
    ),
  ];
}

const notarizedUnsigned: Mistake = {
  code: "SLW-SETTINGS",
  message: "slipway:notarization is set, and no identity signs the packages: slipway:keys.installer is missing",
  setting: ["notarization"],
  hint: "Apple takes signed packages alone. Name a Developer ID Installer identity, or leave notarization out.",
};

function isSubmitted(winget: unknown): boolean {
  return typeof winget === "object" && winget !== null && isGiven(winget, ["submit"]);
}

const submittedOverHttp: Mistake = {
  code: "SLW-SETTINGS",
  message: "slipway:winget.submit is set, and slipway:url is no https address: winget's repository takes no others",
  setting: ["winget", "submit"],
  hint: "Set slipway:url to the https address by which users reach the bucket, or leave submit out.",
};

function isGiven(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined || value === undefined) return value !== undefined;
  // No map: its own mistake says more.
  if (typeof value !== "object" || value === null) return true;
  return Object.hasOwn(value, step) && isGiven((value as Readonly<Record<string, unknown>>)[step], rest);
}
