import type * as pulumi from "@pulumi/pulumi";
import { readSettingFile } from "../packaging/setting-file.ts";
import type { Settings, SourceSetting } from "../packaging/settings.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import { readOpenPgpPublic } from "../packaging/signing/openpgp-public.ts";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { SigningKey } from "./signing-key.ts";

/** The keys of a stack that moves channels. */
export interface MovingKeys {
  /** Moves every channel of the stack: role, snapshot and timestamp. */
  readonly channel: SigningKey<Ed25519Public>;
  /** Signs sums and the apt suite. */
  readonly archive: SigningKey<OpenPgpPublic>;
}

/** The keys of a stack of stage `candidate` or `release`: public halves and where the private ones are, nothing else. */
export async function movingKeys(
  { keys }: Settings,
  within: pulumi.ComponentResourceOptions = {},
): Promise<MovingKeys> {
  const { openpgp } = keys;
  if (openpgp === undefined) throw new Error("the settings of a stack that moves channels name its OpenPGP key");
  const half = await readCertificate(openpgp.public, ["keys", "openpgp", "public"]);
  return {
    channel: referencedKey("channel-key", keys.channel, within),
    archive: new SigningKey<OpenPgpPublic>("archive-key", { public: half, source: openpgp.source }, within),
  };
}

/** An Ed25519 key by reference. */
export function referencedKey(
  name: string,
  by: { readonly public: string; readonly source: SourceSetting } | undefined,
  within: pulumi.ComponentResourceOptions = {},
): SigningKey<Ed25519Public> {
  if (by === undefined) throw new Error(`the settings of this stage name the ${name}`);
  return new SigningKey<Ed25519Public>(name, { public: ed25519Public(by.public), source: by.source }, within);
}

/** A certificate is a few kilobytes; a larger file is something else. */
const certificate = {
  limit: 64 << 10,
  otherwise: "is not a certificate of at most 64 KiB",
  hint: "Export the public key in ASCII armour to a file of the project, and name it relative to Pulumi.yaml.",
};

/** The armoured certificate in a file that a setting names, relative to the project's folder. */
export async function readCertificate(
  path: string,
  setting: readonly [string, ...(string | number)[]],
): Promise<OpenPgpPublic> {
  return readOpenPgpPublic(await readSettingFile(path, setting, certificate));
}

/** The certificates that sign the sums of what a stack promotes. */
export function readSigners({ signer = [] }: Settings): Promise<readonly OpenPgpPublic[]> {
  if (typeof signer === "string") return Promise.all([readCertificate(signer, ["signer"])]);
  return Promise.all(signer.map((path, at) => readCertificate(path, ["signer", at])));
}

/** The certificates of the archive that a stack's settings list. */
export function readCertificates({ certificates = [] }: Settings): Promise<readonly OpenPgpPublic[]> {
  return Promise.all(certificates.map((path, at) => readCertificate(path, ["certificates", at])));
}
