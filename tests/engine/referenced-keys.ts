import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";

/** Keys of a stack that come by reference. Several checkouts can have the same ones. */
export interface ReferencedKeys {
  readonly root: ReturnType<typeof generateEd25519>;
  readonly channel: ReturnType<typeof generateEd25519>;
  readonly archive: Awaited<ReturnType<typeof generateOpenPgp>>;
}

/** New keys; the archive's was made long before any release of a test. */
export async function generateKeys(): Promise<ReferencedKeys> {
  const user = { name: "Archive of the tests", email: "archive@slipway.example" };
  return { root: generateEd25519(), channel: generateEd25519(), archive: await generateOpenPgp(user, 1_700_000_000) };
}

/** Where keys lie in a checkout. */
export const keyFolder = "keys";

/** Writes keys into a checkout and gives the value of `slipway:keys` that refers to them. */
export async function writeKeys(
  checkoutFolder: string,
  keys: ReferencedKeys,
): Promise<Readonly<Record<string, unknown>>> {
  await mkdir(join(checkoutFolder, keyFolder), { recursive: true });
  const write = async (name: string, text: string, mode: number) => {
    await writeFile(join(checkoutFolder, keyFolder, name), text, { mode });
    return `${keyFolder}/${name}`;
  };
  const ed25519 = async (name: "root" | "channel") => ({
    public: keys[name].public.publicKey,
    source: { file: await write(`${name}.key`, keys[name].secret, 0o600) },
  });
  return {
    root: await ed25519("root"),
    channel: await ed25519("channel"),
    openpgp: {
      public: await write("archive.asc", keys.archive.public.armored, 0o644),
      source: { file: await write("archive.key", keys.archive.secret, 0o600) },
    },
  };
}
