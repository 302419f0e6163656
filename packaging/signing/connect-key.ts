import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { refusal } from "../errors.ts";
import { resolveKeySource } from "./key-source.ts";
import type { KeySource } from "./signer.ts";

/** An App Store Connect API key by reference: what Apple's page of keys says of it, and where its .p8 file is. */
export interface ConnectKeyReference {
  readonly issuer: string;
  readonly id: string;
  readonly source: KeySource;
}

export interface ConnectKey {
  readonly issuer: string;
  readonly id: string;
  /** A JSON Web Token for these operations (`GET /notary/v2/submissions`), made at `now` (seconds since 1970). */
  token(scope: readonly string[], now: number): string;
}

/** Apple takes no token that lives longer than 20 minutes; each request has its own. */
const lifetime = 15 * 60;

/**
 * Opens an App Store Connect API key: PKCS#8 of a P-256 key, as PEM or as the base64 of its body on one line. Refuses
 * (SLW-KEY) a source that is missing or holds another kind of key.
 */
export async function openConnectKey({ issuer, id, source }: ConnectKeyReference): Promise<ConnectKey> {
  const { text, where } = await resolveKeySource(source);
  const key = parsePrivate(text);
  if (key === undefined) {
    throw refusal(
      "SLW-KEY",
      `The App Store Connect API key ${id} (a .p8 file) was expected in ${where}, but it holds something else.`,
    );
  }
  return { issuer, id, token: (scope, now) => tokenOf(key, { issuer, id, scope, now }) };
}

/** Apple's "Generating Tokens for API Requests"; RFC 7519, and RFC 7518 section 3.4 for the form of the signature. */
function tokenOf(
  key: KeyObject,
  {
    issuer,
    id,
    scope,
    now,
  }: Pick<ConnectKey, "issuer" | "id"> & { readonly scope: readonly string[]; readonly now: number },
): string {
  const header = { alg: "ES256", kid: id, typ: "JWT" };
  const claims = { iss: issuer, iat: now, exp: now + lifetime, aud: "appstoreconnect-v1", scope };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

function parsePrivate(text: string): KeyObject | undefined {
  const body = text.replaceAll(/-----[A-Z ]+-----/g, "").replaceAll(/\s/g, "");
  try {
    const key = createPrivateKey({ key: Buffer.from(body, "base64"), format: "der", type: "pkcs8" });
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined;
  } catch {
    // The reason is dropped on purpose: a parser's message may quote what it could not parse.
    return undefined;
  }
}
