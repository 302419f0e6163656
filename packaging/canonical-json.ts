import { configure } from "safe-stable-stringify";

const stringify = configure({ deterministic: true, strict: true });

/** The one text of a JSON value: keys sorted, two spaces, a final newline. People read it and digests are taken over it. */
export function canonicalJson(value: unknown): string {
  return `${stringify(value, null, 2)}\n`;
}
