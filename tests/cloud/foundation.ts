import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateEd25519 } from "../../packaging/signing/ed25519.ts";
import { generateOpenPgp } from "../../packaging/signing/openpgp.ts";
import type { Checkout } from "../engine/checkout.ts";

/** What every foundation of a test has: a root key by reference, one channel, one certificate. Keys are written below `keys/`. */
export async function foundationSettings(checkout: Checkout): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(checkout.folder, "keys");
  await mkdir(folder, { recursive: true });
  const [root, stable] = [generateEd25519(), generateEd25519()];
  const user = { name: "Archive of the tests", email: "archive@slipway.example" };
  const certificate = await generateOpenPgp(user, 1_700_000_000);
  await writeFile(join(folder, "foundation.key"), root.secret, { mode: 0o600 });
  await writeFile(join(folder, "foundation.asc"), certificate.public.armored);
  return {
    archive: "team",
    bucket: ".slipway/bucket",
    products: ["alpha"],
    certificates: ["keys/foundation.asc"],
    channels: { stable: { public: stable.public.publicKey } },
    keys: { root: { public: root.public.publicKey, source: { file: "keys/foundation.key" } } },
  };
}
