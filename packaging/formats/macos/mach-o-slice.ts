import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import { collect } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import type { BinaryArch } from "../../payload/binary-header.ts";
import { processors, thin64 } from "../../payload/mach-o-header.ts";

/** A Mach-O for one processor: a file of its own, or a part of a universal one. */
export interface MachOSlice {
  readonly arch: BinaryArch;
  readonly kind: "program" | "library";
  /** Bytes. */
  readonly size: number;
  /** Whether it carries a code signature, of whoever: that it is valid, and by whom, is not looked at. */
  readonly signed: boolean;
}

/** cputype and cpusubtype that stand for a processor in a universal header: every x86-64, every arm64 (<mach/machine.h>). */
export const plainCpu = {
  x86_64: { type: 0x0100_0007, subtype: 3 },
  aarch64: { type: 0x0100_000c, subtype: 0 },
} as const satisfies Record<BinaryArch, unknown>;

/** The upper byte of a cpusubtype says what a program can do, not what it runs on. */
const capabilityBits = 0xff00_0000;

/** filetype of <mach-o/loader.h>. */
const kinds: ReadonlyMap<number, MachOSlice["kind"]> = new Map([
  [2, "program"],
  [6, "library"],
]);
const headerSize = 32;
/** Programs of many megabytes have a few kilobytes. */
const mostCommandBytes = 1 << 20;
const codeSignature = 0x1d;
const codeSignatureSize = 16;
/** CSMAGIC_EMBEDDED_SIGNATURE of <kern/cs_blobs.h>: what the bytes of a code signature begin with, then their length. */
export const signatureMagic = 0xfade_0cc0;

/** Where in a slice its code signature stands, by its own load command. */
export interface SignaturePlace {
  /** Bytes from the slice's beginning. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads header and load commands of a Mach-O of 64 bits that stands in an open file at `start` and has `size` bytes; `name`
 * is for messages. What is no program or library for x86-64 or arm64, or damaged, is refused as SLW-PAYLOAD-ARCH.
 */
export async function readSlice(file: FileHandle, start: number, size: number, name: string): Promise<MachOSlice> {
  const { arch, kind, signature } = await readSliceHead(file, start, size, name);
  if (signature === undefined) return { arch, kind, size, signed: false };
  const blob = await collect(fileRange(file, start + signature.offset, start + signature.offset + 8));
  const signed =
    blob.length === 8 && blob.readUInt32BE(0) === signatureMagic && blob.readUInt32BE(4) <= signature.length;
  return { arch, kind, size, signed };
}

/** What header and load commands say, as `readSlice` reads them; the signature's own bytes are not looked at. */
export async function readSliceHead(
  file: FileHandle,
  start: number,
  size: number,
  name: string,
): Promise<Pick<MachOSlice, "arch" | "kind"> & { readonly signature: SignaturePlace | undefined }> {
  const read = (at: number, length: number) =>
    collect(fileRange(file, start + at, start + Math.min(size, at + length)));
  const refuse = (what: string) => refusal("SLW-PAYLOAD-ARCH", `${name} ${what}.`);
  const header = await read(0, headerSize);
  if (header.length < headerSize || header.readUInt32BE(0) !== thin64) {
    throw refuse("is no Mach-O of 64 bits for one processor");
  }
  const arch = processors[header.readUInt32LE(4)]?.arch;
  const subtype = (header.readUInt32LE(8) & ~capabilityBits) >>> 0;
  if (arch === undefined || subtype !== plainCpu[arch].subtype) {
    throw refuse("is a Mach-O for another processor than any x86-64 or any arm64");
  }
  const kind = kinds.get(header.readUInt32LE(12));
  if (kind === undefined) throw refuse("is a Mach-O, but neither a program nor a library");
  const length = header.readUInt32LE(20);
  if (length > mostCommandBytes) throw refuse(`has load commands of more than ${mostCommandBytes} bytes`);
  const commands = await read(headerSize, length);
  if (commands.length < length) throw refuse("is a truncated Mach-O");
  const signature = findSignature(commands, header.readUInt32LE(16), refuse);
  if (signature !== undefined && signature.offset + signature.length > size) {
    throw refuse("has its code signature outside of itself");
  }
  return { arch, kind, signature };
}

function findSignature(commands: Buffer, count: number, refuse: (what: string) => Error): SignaturePlace | undefined {
  let found: SignaturePlace | undefined;
  let at = 0;
  for (let left = count; left > 0; left -= 1) {
    const size = at + 8 <= commands.length ? commands.readUInt32LE(at + 4) : 0;
    if (size < 8 || at + size > commands.length) throw refuse("has damaged load commands");
    if (commands.readUInt32LE(at) === codeSignature) {
      if (found !== undefined || size < codeSignatureSize) throw refuse("has damaged load commands");
      found = { offset: commands.readUInt32LE(at + 8), length: commands.readUInt32LE(at + 12) };
    }
    at += size;
  }
  return found;
}
