import { createHash } from "node:crypto";
import { type MachOShape, machO } from "./mach-o.ts";

/** Code signatures made here (<kern/cs_blobs.h>), and slices that carry them. */

export interface SignatureShape {
  readonly flags?: number;
  readonly identifier?: string;
  readonly team?: string;
  readonly version?: number;
  readonly entitlements?: string;
  /** Undefined: no slot for it; empty: an ad-hoc signature as codesign writes it. */
  readonly cms?: Uint8Array;
  readonly hashType?: 1 | 2 | 3 | 4;
  /** A second code directory, of SHA-256, beside that of `hashType`. */
  readonly alternate?: boolean;
  /** Blobs beside those above, by slot. */
  readonly more?: readonly (readonly [slot: number, blob: Uint8Array])[];
}

const digests = { 1: ["sha1", 20], 2: ["sha256", 32], 3: ["sha256", 20], 4: ["sha384", 48] } as const;
const pageShift = 12;

export function blob(magic: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

export function codeDirectory(code: Uint8Array, shape: SignatureShape = {}): Buffer {
  const { flags = 0x2, identifier = "com.example.tool", team, version = 0x2_0400, hashType = 2 } = shape;
  const [algorithm, size] = digests[hashType];
  const names = Buffer.from(`${identifier}\0${team === undefined ? "" : `${team}\0`}`);
  const pages: Buffer[] = [];
  for (let at = 0; at < code.length; at += 2 ** pageShift) {
    const page = code.subarray(at, at + 2 ** pageShift);
    pages.push(createHash(algorithm).update(page).digest().subarray(0, size));
  }
  const head = Buffer.alloc(80);
  const hashOffset = 8 + head.length + names.length;
  const words = [version, flags, hashOffset, 8 + head.length, 0, pages.length, code.length];
  for (const [at, word] of words.entries()) head.writeUInt32BE(word, 4 * at);
  head.set([size, hashType, 0, pageShift], 28);
  if (team !== undefined) head.writeUInt32BE(8 + head.length + identifier.length + 1, 40);
  return blob(0xfade_0c02, head, names, ...pages);
}

export function codeSignature(code: Uint8Array, shape: SignatureShape = {}): Buffer {
  const { entitlements, cms, alternate = false, more = [] } = shape;
  const slots: (readonly [number, Uint8Array])[] = [
    [0, codeDirectory(code, shape)],
    ...(entitlements === undefined ? [] : [[5, blob(0xfade_7171, Buffer.from(entitlements))] as const]),
    ...(alternate ? [[0x1000, codeDirectory(code, { ...shape, hashType: 2 })] as const] : []),
    ...(cms === undefined ? [] : [[0x1_0000, blob(0xfade_0b01, cms)] as const]),
    ...more,
  ];
  return superBlob(slots);
}

export function superBlob(slots: readonly (readonly [slot: number, blob: Uint8Array])[]): Buffer {
  const index = Buffer.alloc(4 + 8 * slots.length);
  index.writeUInt32BE(slots.length, 0);
  let offset = 8 + index.length;
  for (const [at, [slot, content]] of slots.entries()) {
    index.writeUInt32BE(slot, 4 + 8 * at);
    index.writeUInt32BE(offset, 8 + 8 * at);
    offset += content.length;
  }
  return blob(0xfade_0cc0, index, ...slots.map(([, content]) => content));
}

/** A slice with a signature over its own code: all before the signature, the load command that points to it included. */
export function signedSlice(slice: MachOShape = {}, shape: SignatureShape = {}): Buffer {
  const { length } = codeSignature(machO({ ...slice, signature: Buffer.alloc(0) }), shape);
  const code = machO({ ...slice, signature: Buffer.alloc(length) });
  return machO({ ...slice, signature: codeSignature(code.subarray(0, code.length - length), shape) });
}
