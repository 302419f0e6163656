import { open } from "node:fs/promises";
import { refusal, refuseMistakes } from "../errors.ts";
import { draftOf } from "./draft.ts";
import { findingsOf } from "./issues.ts";
import { locatedMistakes } from "./located-mistakes.ts";
import type { Product } from "./product.ts";
import { brokenRules } from "./rules.ts";
import { manifestSchema } from "./schema.ts";
import { toProduct } from "./to-product.ts";
import { parseYaml } from "./yaml-document.ts";

/** Bytes. A manifest is a few kilobytes; what is larger is another file. */
const largest = 1 << 20;

/**
 * Reads a manifest file as UTF-8; `displayName` is what messages call it. Refuses with SLW-MANIFEST what cannot be read, is
 * larger than 1 MiB, or has mistakes (see `parseManifest`).
 */
export async function readManifest(file: string, displayName: string): Promise<Product> {
  const bytes = await readLimited(file, displayName);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw refusal("SLW-MANIFEST", `${displayName}: expected UTF-8 text, found other bytes`);
  }
  return parseManifest(text, displayName);
}

async function readLimited(file: string, displayName: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file, "r");
    const buffer = new Uint8Array(largest + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= largest; length += read)
      ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length));
    return buffer.subarray(0, length);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const reason = unreadable[code];
    if (reason === undefined) throw cause;
    throw refusal("SLW-MANIFEST", `${displayName}: expected a manifest, found ${reason}`);
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "a folder",
  EACCES: "a file that this user may not read",
  EPERM: "a file that this user may not read",
};

/**
 * A manifest's text as a product; `file` is what messages call it. All mistakes are reported at once, in the order of
 * the file, as one SlipwayError: SLW-MANIFEST, or SLW-VERSION for a version that one of the installers cannot express.
 */
export function parseManifest(text: string, file: string): Product {
  if (Buffer.byteLength(text) > largest)
    throw refusal("SLW-MANIFEST", `${file}: expected a manifest of at most 1 MiB, found a larger file`);
  const document = parseYaml(text);
  const result = manifestSchema.safeParse(document.value);
  // Where the text itself is broken, its fields are a guess, and checking them would report echoes.
  const findings = document.broken
    ? []
    : [...findingsOf(result.error?.issues ?? [], document), ...brokenRules(draftOf(document.value))];
  refuseMistakes(locatedMistakes(file, document, findings));
  return toProduct(manifestSchema.parse(document.value));
}
