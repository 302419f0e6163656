import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sha256 } from "../digest.ts";

/**
 * A file of this machine's cache that only saves time: a line of JSON, and what is large as it is, under the digest of
 * both, so that damage is a miss. Undefined where it is absent, unreadable, torn or altered. What it says is as
 * trustworthy as the cache folder, no more.
 */
export async function readSealed(file: string): Promise<Sealed | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  const sealed = bytes?.subarray(digestLength + 1);
  if (sealed === undefined || bytes?.subarray(0, digestLength).toString("latin1") !== sha256(sealed)) return undefined;
  const end = sealed.indexOf("\n");
  try {
    return { value: JSON.parse(sealed.toString("utf8", 0, end)), large: sealed.subarray(end + 1) };
  } catch {
    return undefined;
  }
}

export interface Sealed {
  readonly value: unknown;
  /** A view of the file that was read: to keep a part of it keeps all of it in memory. */
  readonly large: Buffer;
}

/**
 * Writes one whole, by a rename. Where that cannot be (a full or read-only disk), the old one stays: nothing is lost
 * but time.
 */
export async function writeSealed(file: string, value: unknown, ...large: readonly Uint8Array[]): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomUUID()}`;
  const sealed = Buffer.concat([Buffer.from(`${JSON.stringify(value)}\n`), ...large]);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, [`${sha256(sealed)}\n`, sealed], { flag: "wx" });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

const digestLength = 64;
