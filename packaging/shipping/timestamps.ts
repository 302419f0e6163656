import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { canonicalJson } from "../canonical-json.ts";
import { sha256 } from "../digest.ts";
import { refusal } from "../errors.ts";

/** Where timestamps of embedded signatures are, and where the signatures that have none are noted. */
export interface Timestamps {
  /** A folder of the project, as its setting says it: `<SHA-256 of a signature's bytes>.tsr`, an authority's whole answer. */
  readonly folder: string;
  /** A folder of this machine: `<SHA-256>.signature`, the bytes themselves. */
  readonly notes: string;
}

/**
 * The timestamps of a stack whose setting names this folder, from the project's own. Stacks with different folders have
 * their notes apart, so that none is asked for what another signed.
 */
export function timestampsIn(folder: string): Timestamps {
  return { folder, notes: path.join(".slipway", "timestamps", sha256(path.posix.normalize(folder))) };
}

/** An authority's answer that is kept: an input, which is read and not verified yet. */
export interface KeptReply {
  readonly file: string;
  readonly bytes: Buffer;
}

/** Bytes of the longest answer: its token has to fit in the room that a macOS package keeps for one. */
export const largestReply = 15 << 10;
/** RSA of 16384 bits has half of it. */
const largestSignature = 4 << 10;
const noteName = /^([0-9a-f]{64})\.signature$/;

/** What an authority answered for the signature of this SHA-256; undefined where nobody has asked yet. */
export async function keptReply({ folder }: Timestamps, signature: string): Promise<KeptReply | undefined> {
  const file = path.join(folder, `${signature}.tsr`);
  const bytes = await readShort(file, largestReply);
  return bytes && { file, bytes };
}

/**
 * SHA-256 of all answers that are kept and what they are of: an update under others than its preview's publishes other bytes.
 */
export async function keptDigest(folder: string): Promise<string> {
  const digests: (readonly [name: string, digest: string])[] = [];
  for (const name of (await namesIn(folder)).filter((it) => it.endsWith(".tsr"))) {
    const bytes = await readShort(path.join(folder, name), largestReply);
    if (bytes !== undefined) digests.push([name, sha256(bytes)]);
  }
  return sha256(canonicalJson(digests));
}

/**
 * The token in an answer that is kept, verified to be one of this signature. Whether its authority is to be trusted is for
 * whoever installs what is signed to say. Refuses (SLW-KEY) another file, by its name.
 */
export async function keptToken({ file, bytes }: KeptReply, signature: Uint8Array): Promise<Buffer> {
  // Loaded where something is signed: most runs find all of it signed.
  const { tokenOfReply } = await import("../signing/x509/timestamp-exchange.ts");
  const { verifyTimestampAlone } = await import("../signing/x509/verify-cms.ts");
  try {
    const token = tokenOfReply(bytes, "The answer");
    verifyTimestampAlone(token, signature, "The timestamp");
    return token;
  } catch (cause) {
    const [reason = ""] = cause instanceof Error ? cause.message.split("  [") : [];
    throw refusal("SLW-KEY", `${file} is no timestamp of its signature. ${reason}`, {
      hint: "Take the file as it was committed, or remove it and ask for a new one: slipway timestamp --authority URL.",
    });
  }
}

/** Notes a signature for which `slipway timestamp` is to ask. */
export async function noteSignature({ notes }: Timestamps, signature: Uint8Array): Promise<void> {
  const file = path.join(notes, `${sha256(signature)}.signature`);
  if ((await stat(file).catch(() => undefined)) === undefined) await writeWhole(file, signature);
}

/** A signature that is noted. */
export interface NotedSignature {
  readonly signature: Buffer;
  readonly sha256: string;
}

/** The signatures that are noted, in the order of their digests. Refuses (SLW-KEY) a note with other bytes than its name says. */
export async function notedSignatures({ notes }: Timestamps): Promise<readonly NotedSignature[]> {
  const noted: NotedSignature[] = [];
  for (const name of await namesIn(notes)) {
    const digest = noteName.exec(name)?.[1];
    if (digest === undefined) continue;
    const file = path.join(notes, name);
    const signature = await readShort(file, largestSignature);
    // Another run has asked meanwhile.
    if (signature === undefined) continue;
    if (sha256(signature) !== digest) {
      throw refusal("SLW-KEY", `${file} is not the signature that its name says.`, {
        hint: "Remove it: the next preview notes what waits for a timestamp.",
      });
    }
    noted.push({ signature, sha256: digest });
  }
  return noted;
}

/** Keeps an answer that was verified, and gives its file. */
export async function keepReply({ folder }: Timestamps, signature: string, reply: Uint8Array): Promise<string> {
  const file = path.join(folder, `${signature}.tsr`);
  await writeWhole(file, reply);
  return file;
}

/** Forgets that a signature waits. */
export async function removeNote({ notes }: Timestamps, signature: string): Promise<void> {
  await rm(path.join(notes, `${signature}.signature`), { force: true });
}

/** In the same order everywhere; none where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw unusable(folder, error);
  });
  return names.sort();
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  // What a killed process leaves is no file for git: it ignores logs.
  const temporary = `${file}.${randomUUID()}.log`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, bytes, { flag: "wx" });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unusable(file, error);
  }
}

async function readShort(file: string, limit: number): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file, "r");
    const buffer = Buffer.alloc(limit + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= limit; length += read)
      ({ bytesRead: read } = await handle.read(buffer, length, buffer.length - length));
    if (length <= limit) return buffer.subarray(0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, error);
  }
  throw refusal("SLW-KEY", `${file} has more than ${limit} bytes, the most that such a file has.`);
}

function unusable(file: string, error: unknown): Error {
  const { code = "no reason given" } = error as NodeJS.ErrnoException;
  return refusal("SLW-KEY", `${file} cannot be used (${code}).`, {
    hint: "Timestamps are files of the folder that slipway:timestamps names; they have to be readable, and new ones writable.",
  });
}
