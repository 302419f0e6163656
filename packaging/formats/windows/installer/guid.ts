import { createHash } from "node:crypto";

/** Of all names below; made once at random, and never to be changed: installed products are known by what follows from it. */
const namespace = Buffer.from("7d1f6a0e5c0b4c0f9a4e2b7c86d3f195", "hex");

/**
 * A GUID that follows from words: a UUID of version 5 (RFC 9562, section 5.5) over them, in braces and capitals as Windows
 * Installer wants it. Equal words give an equal GUID, on every machine and in every version.
 */
export function guidOf(kind: "upgrade" | "product" | "package" | "component", ...words: readonly string[]): string {
  const name = [kind, ...words].join("\0");
  const bytes = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex").toUpperCase();
  return `{${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")}}`;
}
