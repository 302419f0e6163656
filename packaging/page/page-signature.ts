import { verifyDetached } from "../signing/openpgp.ts";
import type { OpenPgpPublic, OpenPgpSigner } from "../signing/signer.ts";
import { belongsAt } from "./places.ts";

/**
 * A page carries its signature itself, as a comment behind the document (HTML standard, "The comment syntax": none of what armour
 * is made of ends one). In a second file it would be another page's whenever somebody reads between two writes.
 */
const opening = "<!-- Signature by the archive's OpenPGP key, of every byte before this line.\n";
const closing = "-->\n";
const comment = /^-----BEGIN PGP SIGNATURE-----\n\n(?:[A-Za-z0-9+/=]+\n)+-----END PGP SIGNATURE-----\n$/;

/** The page with its signature, dated `at` (seconds since 1970), or when the key was made where that is later. */
export async function signedPage(text: string, signer: OpenPgpSigner, at: number): Promise<string> {
  const signature = await signer.detach(Buffer.from(text), Math.max(at, signer.public.created));
  return `${text}${opening}${signature.replaceAll("\r\n", "\n")}${closing}`;
}

/** What a page's signature is of: the bytes before its comment. Undefined where it has none. */
export function signedPart(bytes: Uint8Array): Uint8Array | undefined {
  const start = Buffer.from(bytes).lastIndexOf(opening);
  return start < 0 ? undefined : bytes.subarray(0, start);
}

/** Whether one of these keys signed, at the end of the page, all that comes before: a page that says it belongs at `path`. */
export async function isSignedPage(bytes: Uint8Array, path: string, keys: readonly OpenPgpPublic[]): Promise<boolean> {
  const page = Buffer.from(bytes);
  if (!belongsAt(page.toString(), path)) return false;
  const part = signedPart(bytes);
  const end = page.length - closing.length;
  if (part === undefined || page.subarray(end).toString() !== closing) return false;
  const armored = page.subarray(part.length + opening.length, end).toString("latin1");
  if (!comment.test(armored)) return false;
  for (const key of keys) if (await verifyDetached(key.armored, part, armored)) return true;
  return false;
}
