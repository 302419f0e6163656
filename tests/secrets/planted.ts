import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { generateX509 } from "../../packaging/signing/x509/generate.ts";
import { type PrivateKey, plainSecret } from "./encodings.ts";

const random = (bytes: number) => randomBytes(bytes).toString("hex");

/** A key in PEM, which has lines. */
function pem(name: string): PrivateKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return plainSecret(name, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
}

/** Secrets of a team, by the variable that each is given by. No two test runs have the same ones. */
export function plantedVariables(): Readonly<Record<string, PrivateKey>> {
  const values: Readonly<Record<string, string>> = {
    PLANTED_PASSPHRASE: `correct horse ${random(8)} staple`,
    PLANTED_AWS_KEY: randomBytes(30).toString("base64"),
    PLANTED_PAT: `ghp_${random(18)}`,
    PLANTED_WEBHOOK: `https://hooks.example/services/T${random(4)}/B${random(4)}/${random(12)}`,
    PLANTED_DATABASE: `postgres://releases:${random(12)}@database.example/releases`,
    PLANTED_NPM: `npm_${random(18)}`,
    PLANTED_ODD: `quoted "${random(10)}" and \\ and § and ${random(4)}`,
    GITHUB_TOKEN: `github_pat_${random(11)}_${random(29)}`,
    AWS_SECRET_ACCESS_KEY: randomBytes(30).toString("base64"),
    AWS_SESSION_TOKEN: randomBytes(90).toString("base64"),
    PULUMI_CONFIG_PASSPHRASE: `of the state: ${random(12)}`,
  };
  const plain = Object.entries(values).map(([name, text]) => [name, plainSecret(name, text)] as const);
  return { ...Object.fromEntries(plain), PLANTED_PEM: pem("PLANTED_PEM") };
}

/** Secrets that lie in files, by the file's name below `keys/`. */
export function plantedFiles(): Readonly<Record<string, PrivateKey>> {
  const account = { type: "service_account", private_key: pem("").text, private_key_id: random(20) };
  const binary = Buffer.concat([Buffer.from([0x30, 0x82, 0xff, 0xfe]), randomBytes(400)]);
  return {
    "notary.p8": pem("notary.p8"),
    "account.json": plainSecret("account.json", JSON.stringify(account, undefined, 2)),
    "binary.p12": { name: "binary.p12", text: binary.toString("base64"), seed: binary },
  };
}

/** An identity that signs Windows programs: certificates in PEM, a PKCS#12 file in base64, and its password. */
export function plantedIdentity() {
  const { public: half, secret } = generateX509("authenticode", "Planted");
  const chain = half.certificates.map((der) => new X509Certificate(Buffer.from(der, "base64")).toString());
  const bytes = Buffer.from(secret.file, "base64");
  return {
    certificates: chain.join(""),
    file: { name: "AUTHENTICODE_P12", text: secret.file, seed: bytes } satisfies PrivateKey,
    password: plainSecret("AUTHENTICODE_PASSWORD", secret.password),
  };
}
