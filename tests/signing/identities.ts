import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Identities, Identity } from "../../packaging/shipping/identities.ts";
import type { X509Purpose } from "../../packaging/signing/signer.ts";
import { p12, password, testSigner } from "../../packaging/signing/x509/__fixtures__/identities.ts";

const secretOf = (name: string) => {
  const source = p12(name);
  return source.kind === "state" ? source.secret : "";
};

/** The variables that a stack's identities refer to, as a workflow would set them. */
export const identityVariables: Readonly<Record<string, string>> = {
  INSTALLER_P12: secretOf("installer"),
  AUTHENTICODE_P12: secretOf("authenticode"),
  IDENTITY_PASSWORD: "correct horse",
};

/** Writes the public halves of the test identities into a checkout, and gives what `slipway:keys` has of them. */
export async function referencedIdentities(checkoutFolder: string): Promise<Readonly<Record<string, unknown>>> {
  const identity = async (name: "installer" | "authenticode") => {
    const { public: own } = await testSigner(name === "installer" ? "apple-installer" : "authenticode");
    const chain = own.certificates.map((der) => new X509Certificate(Buffer.from(der, "base64")).toString());
    await writeFile(join(checkoutFolder, "keys", `${name}.pem`), chain.join(""));
    return {
      public: `keys/${name}.pem`,
      source: { env: `${name.toUpperCase()}_P12` },
      password: { env: "IDENTITY_PASSWORD" },
    };
  };
  return { installer: await identity("installer"), authenticode: await identity("authenticode") };
}

/** The same identities as the library takes them. */
export async function testIdentities(): Promise<Identities> {
  const identity = async (purpose: X509Purpose, name: string): Promise<Identity> => ({
    public: (await testSigner(purpose)).public,
    source: { file: p12(name), password },
  });
  return {
    "apple-installer": await identity("apple-installer", "installer"),
    authenticode: await identity("authenticode", "authenticode"),
  };
}
