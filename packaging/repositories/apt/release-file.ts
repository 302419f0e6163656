import { byBytes } from "../../byte-order.ts";
import { paragraph, parseParagraph } from "./deb822.ts";
import type { SuiteContent } from "./suite.ts";

/** When a suite was published, in seconds since 1970, and the number of the snapshot whose channels it shows. */
export interface SuiteSerial {
  readonly date: number;
  readonly snapshot: number;
}

/** What a Release file says. */
export interface ParsedRelease extends SuiteSerial {
  readonly suite: string;
  /** Digest and size of each index, by its path in the suite's folder. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly size: number }>>;
}

/**
 * The text of Release, which InRelease signs. Uncompressed indices are listed too: apt 3 fetches nothing, and says
 * nothing, where they are not. No Valid-Until; SHA-256 alone, for apt asks by-hash for the strongest one listed.
 */
export function releaseText(content: SuiteContent, serial: SuiteSerial): string {
  const listed = [...content.files, ...content.listed].sort((a, b) => byBytes(a.path, b.path));
  const digests = listed.map((file) => `\n ${file.sha256} ${file.size} ${file.path}`).join("");
  return paragraph(
    [
      ["Origin", content.origin],
      ["Label", content.label],
      ["Suite", content.suite],
      ["Codename", content.suite],
      ["Date", rfc1123(serial.date)],
      ["Acquire-By-Hash", "yes"],
      ["Architectures", content.architectures.join(" ")],
      ["Components", content.component],
      ["Description", content.description],
      ["X-Slipway-Snapshot", `${serial.snapshot}`],
      ["SHA256", digests],
    ],
    `the suite ${content.suite}`,
  );
}

/** Reads a Release file of ours back; undefined where it is none. */
export function parseRelease(text: string): ParsedRelease | undefined {
  const fields = parseParagraph(text);
  const suite = fields?.get("Suite");
  const date = parseRfc1123(fields?.get("Date") ?? "");
  const snapshot = /^[1-9][0-9]{0,14}$/.exec(fields?.get("X-Slipway-Snapshot") ?? "")?.[0];
  if (suite === undefined || date === undefined || snapshot === undefined) return undefined;
  const files: Record<string, { sha256: string; size: number }> = {};
  for (const line of (fields?.get("SHA256") ?? "").split("\n").slice(1)) {
    const [, sha256, size, path] = /^ ([0-9a-f]{64}) ([0-9]{1,12}) (\S{1,200})$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined) return undefined;
    files[path] = { sha256, size: Number(size) };
  }
  return { suite, date, snapshot: Number(snapshot), files };
}

/** The signed text of a cleartext message (RFC 4880, section 7); undefined where the frame is not whole. */
export function cleartextOf(message: string): string | undefined {
  const lines = message.split("\n");
  const start = lines.indexOf("");
  const end = lines.indexOf("-----BEGIN PGP SIGNATURE-----");
  const whole =
    lines[0] === "-----BEGIN PGP SIGNED MESSAGE-----" &&
    lines.slice(1, start).every((line) => line.startsWith("Hash: ")) &&
    start < end &&
    lines.at(-2) === "-----END PGP SIGNATURE-----" &&
    lines.at(-1) === "";
  if (!whole) return undefined;
  return lines
    .slice(start + 1, end)
    .map((line) => `${line.replace(/^- /, "")}\n`)
    .join("");
}

/** `Sun, 22 Nov 2026 10:00:00 UTC`, as apt reads it. */
function rfc1123(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace("GMT", "UTC");
}

function parseRfc1123(text: string): number | undefined {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const seconds = Math.floor(milliseconds / 1000);
  return rfc1123(seconds) === text ? seconds : undefined;
}
