import { z } from "zod";
import { systemClock } from "../clock.ts";
import { generateEd25519 } from "../signing/ed25519.ts";
import { generateOpenPgp } from "../signing/openpgp.ts";
import type { Ed25519Public, OpenPgpPublic, X509Public } from "../signing/signer.ts";
import { schemaNumber } from "./inputs.ts";
import { lifecycleOf } from "./lifecycle.ts";

const inputs = z.object({
  schema: schemaNumber,
  name: z.string(),
  algorithm: z.enum(["ed25519", "openpgp", "apple-installer", "authenticode"]),
  /** User id of an OpenPGP key. */
  user: z.strictObject({ name: z.string(), email: z.string() }),
});

interface Outputs extends Readonly<Record<string, unknown>> {
  readonly public: Ed25519Public | OpenPgpPublic | X509Public;
  /** Of an X.509 identity the PKCS#12 file and its password, as JSON. Encrypted in the state: the resource names it among its secret outputs. */
  readonly secret: string;
}

/** A key pair of a `dev` stack: generated once, kept in the stack's encrypted state, and nowhere else. */
export const lifecycle = lifecycleOf<z.infer<typeof inputs>, Outputs>({
  kind: "signing key",
  inputs,
  id: ({ name }) => name,
  write: async ({ algorithm, user }, before) => {
    if (before !== undefined) return { public: before.public, secret: before.secret };
    return generate(algorithm, user);
  },
  drift: async () => [],
  farewell: ({ name }, outputs) => {
    const id = outputs.public.kind === "ed25519" ? outputs.public.keyid : outputs.public.fingerprint;
    return (
      `signing key ${name} (${id}) goes with this stack and is in no other place: what it signed stays and still ` +
      "verifies; the next update makes a new key and says whom it shuts out"
    );
  },
});

async function generate(
  algorithm: z.infer<typeof inputs>["algorithm"],
  user: z.infer<typeof inputs>["user"],
): Promise<Outputs> {
  switch (algorithm) {
    case "ed25519":
      return { ...generateEd25519() };
    case "openpgp": {
      const generated = await generateOpenPgp(user, systemClock.now());
      return { public: generated.public, secret: generated.secret };
    }
    default: {
      // Its libraries are loaded by those alone who have such an identity made.
      const { generateX509 } = await import("../signing/x509/generate.ts");
      const generated = generateX509(algorithm, user.name);
      return { public: generated.public, secret: JSON.stringify(generated.secret) };
    }
  }
}
