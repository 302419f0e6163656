import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isoSeconds } from "../clock.ts";
import { SlipwayError } from "../errors.ts";
import { run } from "../process.ts";
import { withSecretFolder } from "../secret-folder.ts";
import type { HandedIdentity } from "./x509/handed-identity.ts";

const file = "rcodesign";
/** Ten minutes: an authority of timestamps may be slow, and a program of a hundred megabytes takes seconds. */
const timeoutSeconds = 600;

/** Whether programs for Macs can be signed here: a stack has an identity for them, and the machine has rcodesign or not. */
export type MachOSigner = "present" | "missing";

/** What to do where an identity for programs is configured and the machine has no rcodesign: both ways out. */
export const rcodesignMissing =
  "Install rcodesign (cargo install apple-codesign, or a release of github.com/indygreg/apple-platform-rs), so that " +
  "slipway:keys.application signs it here; or bring programs whose slices are all signed by a Developer ID Application " +
  "certificate.";

/** The rcodesign of this machine, as it calls itself: `rcodesign 0.29.0`; undefined where there is none. */
export async function rcodesignVersion(): Promise<string | undefined> {
  try {
    return (await run({ file, args: ["--version"], timeoutSeconds })).stdout.trim();
  } catch (error) {
    if (error instanceof SlipwayError && error.mistakes.every(({ code }) => code === "SLW-TOOL-MISSING"))
      return undefined;
    throw error;
  }
}

/** The signer of programs for Macs of a stack; undefined where it has no identity for them. */
export async function machOSigner(isConfigured: boolean): Promise<MachOSigner | undefined> {
  if (!isConfigured) return undefined;
  return (await rcodesignVersion()) === undefined ? "missing" : "present";
}

/** A signature to make. */
export interface MachOSigning {
  /** What the signature calls the program, for whoever writes a requirement: its file name. */
  readonly identifier: string;
  /** Seconds since 1970. */
  readonly signedAt: number;
  /** Address of an authority of timestamps (RFC 3161); undefined: none is asked. */
  readonly timestamp: string | undefined;
}

/**
 * Signs every slice of a Mach-O with the hardened runtime, and hands the signed file to `take` before it is removed. The
 * identity lies beside it meanwhile, in `folder`, which is empty, this user's alone, and removed whatever happens; its files
 * are this user's too, under a password of their own: rcodesign takes neither from its standard input. No configuration of
 * this machine is read.
 * @throws SlipwayError SLW-BUILD where rcodesign fails.
 */
export async function withSignedMachO<Result>(
  program: string,
  identity: HandedIdentity,
  { identifier, signedAt, timestamp }: MachOSigning,
  folder: string,
  take: (signed: string) => Promise<Result>,
): Promise<Result> {
  return withSecretFolder(folder, async () => {
    const [p12, password, signed] = ["identity.p12", "password", "signed"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(p12, identity.file, { mode: 0o600, flag: "wx" });
    await writeFile(password, `${identity.password}\n`, { mode: 0o600, flag: "wx" });
    await run({
      file,
      args: [
        // Its own word for "none", on Windows too.
        ...["--config-file", "/dev/null", "sign"],
        ...["--p12-file", p12, "--p12-password-file", password],
        ...["--code-signature-flags", "runtime", "--binary-identifier", `main:${identifier}`],
        ...["--signing-time", isoSeconds(signedAt), "--timestamp-url", timestamp ?? "none"],
        ...[program, signed],
      ],
      folder,
      secrets: [identity.password],
      timeoutSeconds,
    });
    return await take(signed);
  });
}
