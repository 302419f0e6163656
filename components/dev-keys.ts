import { readFile } from "node:fs/promises";
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
      : { public: await readOpenPgpPublic(await readFile(openpgp.public, "utf8")), source: openpgp.source };
  return {
    root: ed25519("root"),
    channel: ed25519("channel"),
    archive: new SigningKey<OpenPgpPublic>("archive-key", archiveArgs),
  };
}
