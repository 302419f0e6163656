import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { sha256 } from "../digest.ts";

/**
 * A file of this machine's cache that only saves time: JSON under its own digest, so that damage is a miss. Undefined
 * where it is absent, unreadable, torn or altered. What it says is as trustworthy as the cache folder, no more.
 */
export async function readSealed(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch(() => undefined);
  const text = bytes?.subarray(digestLength + 1);
  if (text === undefined || bytes?.subarray(0, digestLength).toString("latin1") !== sha256(text)) return undefined;
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Writes one whole, by a rename. Where that cannot be (a full or read-only disk), the old one stays: nothing is lost
 * but time.
 */
export async function writeSealed(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}-${randomUUID()}`;
  const text = JSON.stringify(value);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, `${sha256(text)}\n${text}`, { flag: "wx" });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

const digestLength = 64;
