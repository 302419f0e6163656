import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../packaging/settings.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { type MovingKeys, readCertificate } from "./referenced-keys.ts";
import { SigningKey } from "./signing-key.ts";

export interface DevKeys extends MovingKeys {
  /** Signs the TUF root and its delegations. */
  readonly root: SigningKey<Ed25519Public>;
}

/** The keys of a `dev` stack: generated into its state, each unless the settings name one by reference. */
export async function devKeys(settings: Settings, within: pulumi.ComponentResourceOptions = {}): Promise<DevKeys> {
  const { keys, archive } = settings;
  const user = { name: `${archive} archive (dev)`, email: `${archive}-archive@localhost` };
  const ed25519 = (name: "root" | "channel") => {
    const by = keys[name];
    const args =
      by === undefined
        ? ({ generate: "ed25519", user } as const)
        : { public: ed25519Public(by.public), source: by.source };
    return new SigningKey<Ed25519Public>(`${name}-key`, args, within);
  };
  const openpgp = keys.openpgp;
  const archiveArgs =
    openpgp === undefined
      ? ({ generate: "openpgp", user } as const)
      : { public: await readCertificate(openpgp.public, ["keys", "openpgp", "public"]), source: openpgp.source };
  return {
    root: ed25519("root"),
    channel: ed25519("channel"),
    archive: new SigningKey<OpenPgpPublic>("archive-key", archiveArgs, within),
  };
}
