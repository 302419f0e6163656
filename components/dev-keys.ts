import { readFile, stat } from "node:fs/promises";
import { refusal } from "../packaging/errors.ts";
import type { Settings } from "../packaging/settings.ts";
import { ed25519Public } from "../packaging/signing/ed25519.ts";
import { readOpenPgpPublic } from "../packaging/signing/openpgp-public.ts";
import type { Ed25519Public, OpenPgpPublic } from "../packaging/signing/signer.ts";
import { SigningKey } from "./signing-key.ts";

export interface DevKeys {
  /** Signs the TUF root and its delegations. */
  readonly root: SigningKey<Ed25519Public>;
  /** Moves every channel of the stack: role, snapshot and timestamp. */
  readonly channel: SigningKey<Ed25519Public>;
  /** Signs sums and the apt suite. */
  readonly archive: SigningKey<OpenPgpPublic>;
}

/** The keys of a `dev` stack: generated into its state, each unless the settings name one by reference. */
export async function devKeys(settings: Settings): Promise<DevKeys> {
  const { keys, archive } = settings;
  const user = { name: `${archive} archive (dev)`, email: `${archive}-archive@localhost` };
  const ed25519 = (name: "root" | "channel") => {
    const by = keys[name];
    const args =
      by === undefined
        ? ({ generate: "ed25519", user } as const)
        : { public: ed25519Public(by.public), source: by.source };
    return new SigningKey<Ed25519Public>(`${name}-key`, args);
  };
  const openpgp = keys.openpgp;
  const archiveArgs =
    openpgp === undefined
      ? ({ generate: "openpgp", user } as const)
      : { public: await readCertificate(openpgp.public), source: openpgp.source };
  return {
    root: ed25519("root"),
    channel: ed25519("channel"),
    archive: new SigningKey<OpenPgpPublic>("archive-key", archiveArgs),
  };
}

/** A certificate is a few kilobytes; a larger file is something else. */
const certificateLimit = 64 << 10;

/** The armoured certificate that `slipway:keys.openpgp.public` names, relative to the project's folder. */
async function readCertificate(path: string): Promise<OpenPgpPublic> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true && found.size <= certificateLimit)
    return readOpenPgpPublic(await readFile(path, "utf8"));
  const what = found === undefined ? "is not there" : "is not a certificate of at most 64 KiB";
  throw refusal("SLW-KEY", `slipway:keys.openpgp.public names ${path}, which ${what}`, {
    hint: "Export the public key in ASCII armour to a file of the project, and name it relative to Pulumi.yaml.",
  });
}
