import { refusal } from "../errors.ts";
import { resolveKeySource } from "./key-source.ts";
import type { KeySource } from "./signer.ts";

/**
 * A token for a service, by reference. Refuses (SLW-KEY) a source that is missing or holds what no header can carry; the
 * text is never part of a message.
 */
export async function openToken(source: KeySource): Promise<string> {
  const { text, where } = await resolveKeySource(source, "token");
  const token = text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw refusal("SLW-KEY", `A token was expected in ${where}, but it holds something else than one word.`);
}
