import * as pulumi from "@pulumi/pulumi";
import type { ArtifactJob } from "../packaging/artifact.ts";
import { systemClock } from "../packaging/clock.ts";
import { readSettingFile } from "../packaging/setting-file.ts";
import type { IdentitySetting, Settings } from "../packaging/settings.ts";
import { faultToday, type Identities, type Identity, isWithKeys } from "../packaging/shipping/identities.ts";
import type { X509Public, X509Purpose } from "../packaging/signing/signer.ts";
import type { Pkcs12Source } from "../packaging/signing/x509/identity.ts";
import { anchorOf, x509Public } from "../packaging/signing/x509/public.ts";
import { targets } from "../packaging/targets.ts";
import { knownValue } from "./known-value.ts";
import { SigningKey } from "./signing-key.ts";

/** The identities of a stack, and the resources that they are. */
export interface StackIdentities {
  readonly identities: Identities;
  readonly keys: readonly SigningKey<X509Public>[];
  /** For whoever verifies: the signer of each purpose, and the certificate at the end of its chain in PEM. */
  readonly signers: Readonly<Record<string, pulumi.Output<{ readonly fingerprint: string; readonly anchor: string }>>>;
}

const names = {
  "apple-installer": "installer",
  "apple-application": "application",
  authenticode: "authenticode",
} as const satisfies Record<X509Purpose, keyof Settings["keys"]>;

/**
 * The identities that sign what these artifacts embed: those that the settings name, and on `dev` generated ones of a test
 * authority for the others. Outside `dev` an artifact without an identity is shipped unsigned, and a warning says so. One for
 * programs for Macs is never generated: a Mac runs them signed by nobody, and not every machine has rcodesign.
 */
export async function signingIdentities(
  settings: Settings,
  jobs: readonly ArtifactJob[],
  within: pulumi.ComponentResourceOptions = {},
): Promise<StackIdentities> {
  const identities: Partial<Record<X509Purpose, Identity>> = {};
  const keys: SigningKey<X509Public>[] = [];
  const signers: Record<string, StackIdentities["signers"][string]> = {};
  for (const purpose of ["apple-installer", "apple-application", "authenticode"] as const) {
    const signed = jobs.filter((job) => embeds(job, purpose));
    if (signed.length === 0) continue;
    const key = await keyFor(purpose, settings, within);
    if (key === undefined) {
      if (purpose !== "apple-application") warnOfUnsigned(purpose, signed);
      continue;
    }
    keys.push(key);
    const { timestamp } = purpose === "apple-application" ? (settings.keys.application ?? {}) : {};
    const identity = { ...(await identityOf(key)), timestamp };
    warnOfFault(names[purpose], identity);
    identities[purpose] = identity;
    signers[names[purpose]] = key.reference.public.apply((own) => ({
      fingerprint: own.fingerprint,
      anchor: anchorOf(own),
    }));
  }
  return { identities, keys, signers };
}

/** Signatures carry the epoch, at which a certificate may have held that does not hold now. */
function warnOfFault(name: string, { public: own }: Identity): void {
  const fault = own && faultToday(own, systemClock.now());
  if (fault === undefined) return;
  void pulumi.log.warn(
    `The certificate of slipway:keys.${name} ${fault}: what it signs now is believed only with a timestamp from before.`,
  );
}

/** Whether an artifact embeds signatures for a purpose. */
function embeds({ target, format }: ArtifactJob, purpose: X509Purpose): boolean {
  if (purpose === "apple-installer") return format.kind === "pkg";
  return target !== "any" && targets[target].os === (purpose === "authenticode" ? "windows" : "macos");
}

async function keyFor(
  purpose: X509Purpose,
  settings: Settings,
  within: pulumi.ComponentResourceOptions,
): Promise<SigningKey<X509Public> | undefined> {
  const { keys, stage, archive } = settings;
  const name = names[purpose];
  const by = keys[name];
  if (by !== undefined) return new SigningKey<X509Public>(`${name}-key`, await referenced(purpose, name, by), within);
  if (stage !== "dev" || purpose === "apple-application") return undefined;
  const user = { name: `${archive} (dev)`, email: `${archive}-archive@localhost` };
  return new SigningKey<X509Public>(`${name}-key`, { generate: purpose, user }, within);
}

async function referenced(purpose: X509Purpose, name: string, { public: path, source, password }: IdentitySetting) {
  const pem = await readSettingFile(path, ["keys", name, "public"], certificates);
  return { public: x509Public(purpose, pem, path), source, password };
}

/** A chain of a few certificates. */
const certificates = {
  limit: 256 << 10,
  otherwise: "is not a list of certificates of at most 256 KiB",
  hint: "Export the signing certificate and its issuers in PEM, the signer's own first, and name the file relative to Pulumi.yaml.",
};

/** The key as this program can use it: a preview may have neither half yet, or the public one alone. */
async function identityOf({ reference }: SigningKey<X509Public>): Promise<Identity> {
  const own = await knownValue(reference.public);
  const file = await knownValue(reference.source);
  const password = reference.password && (await knownValue(reference.password));
  if (own === undefined || file === undefined || password === undefined) return { public: own, source: undefined };
  const source: Pkcs12Source = { file, password };
  // An update goes on, and is refused by name where it signs: only a preview may do without.
  return { public: own, source: pulumi.runtime.isDryRun() && !isWithKeys(source) ? undefined : source };
}

function warnOfUnsigned(purpose: keyof typeof consequences, jobs: readonly ArtifactJob[]): void {
  const artifacts = jobs.map(({ name }) => name).join(", ");
  void pulumi.log.warn(
    `${artifacts}: shipped unsigned, since slipway:keys has no ${names[purpose]}. ${consequences[purpose]}`,
  );
}

const consequences = {
  "apple-installer": "Macs refuse to open such a package.",
  authenticode: "Windows warns of a publisher that it does not know.",
} as const;
