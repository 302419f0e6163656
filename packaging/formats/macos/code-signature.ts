import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import { collect } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { type CodeDirectory, readCodeDirectory, strongestFirst } from "./code-directory.ts";
import { type PlacedSlice, readMachOSlices } from "./mach-o-fat-reader.ts";
import { readSliceHead, signatureMagic } from "./mach-o-slice.ts";

/** What vouches for a slice: nothing, its own hashes alone, or somebody's signature over them. */
export type SliceSignature = { readonly kind: "none" } | CodeSignature;

/** A code signature as it is written; that it is valid, and by whom, is not looked at. */
export type CodeSignature = {
  /** The code directory that macOS goes by: of the strongest digest. */
  readonly directory: CodeDirectory;
  /** The property list of entitlements; undefined where there is none. */
  readonly entitlements: string | undefined;
} & (
  | { readonly kind: "ad-hoc" }
  /** The CMS signature over the first code directory, as stored. */
  | { readonly kind: "signed"; readonly cms: Buffer }
);

/** Blobs and slots of <kern/cs_blobs.h>. */
const slots = { codeDirectory: 0, entitlements: 5, alternateDirectories: 0x1000, cms: 0x1_0000 } as const;
const mostAlternates = 5;
const magics = { entitlements: 0xfade_7171, wrapper: 0xfade_0b01 } as const;
const blobHead = 8;
const mostBlobs = 32;
/** A digest of 32 bytes for each page of 4 KiB: the signature of a program of 4 GiB. */
const largestSignature = 40 << 20;

/** The slices of a Mach-O (see `readMachOSlices`), each with its signature. */
export async function readSliceSignatures(
  file: FileHandle,
  size: number,
  name: string,
): Promise<readonly (PlacedSlice & { readonly signature: SliceSignature })[]> {
  const slices: (PlacedSlice & { readonly signature: SliceSignature })[] = [];
  for (const slice of await readMachOSlices(file, size, name)) {
    slices.push({ ...slice, signature: await sliceSignature(file, slice, name) });
  }
  return slices;
}

/**
 * Reads the code signature of one slice of an open file; `name` is for messages. Room without a signature, or a signature
 * that has no code directory, is none: macOS takes neither. A damaged one is refused as SLW-PAYLOAD-ARCH.
 */
export async function sliceSignature(
  file: FileHandle,
  slice: { readonly offset: number; readonly size: number },
  name: string,
): Promise<SliceSignature> {
  const { arch, signature } = await readSliceHead(file, slice.offset, slice.size, name);
  if (signature === undefined) return { kind: "none" };
  if (signature.length > largestSignature) {
    throw refusal("SLW-PAYLOAD-ARCH", `${name} has a code signature of more than ${largestSignature} bytes.`);
  }
  const start = slice.offset + signature.offset;
  const bytes = await collect(fileRange(file, start, start + signature.length));
  return readCodeSignature(bytes, `the slice of ${name} for ${arch}`);
}

/** Reads a signature from the bytes that its load command points to. See `sliceSignature`. */
export function readCodeSignature(bytes: Buffer, name: string): SliceSignature {
  const blobs = blobsOf(bytes, name);
  if (blobs === undefined) return { kind: "none" };
  const alternates = Array.from({ length: mostAlternates }, (_, at) => blobs.get(slots.alternateDirectories + at));
  const [directory] = [blobs.get(slots.codeDirectory), ...alternates]
    .flatMap((blob) => (blob === undefined ? [] : [readCodeDirectory(blob, name)]))
    .sort(strongestFirst);
  if (directory === undefined) return { kind: "none" };
  const cms = contentOfBlob(blobs.get(slots.cms), magics.wrapper, name);
  const entitlements = contentOfBlob(blobs.get(slots.entitlements), magics.entitlements, name)?.toString("utf8");
  // An ad-hoc signature may have the CMS one's blob, with nothing in it.
  return cms === undefined || cms.length === 0
    ? { kind: "ad-hoc", directory, entitlements }
    : { kind: "signed", directory, entitlements, cms };
}

/** The blobs of a signature by their slots; undefined where the bytes are no signature. */
function blobsOf(bytes: Buffer, name: string): ReadonlyMap<number, Buffer> | undefined {
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== signatureMagic) return undefined;
  const [length, count] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
  if (length > bytes.length || count > mostBlobs || 12 + 8 * count > length) throw damaged(name);
  const blobs = new Map<number, Buffer>();
  for (let at = 12; at < 12 + 8 * count; at += 8) {
    const [slot, offset] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    if (blobs.has(slot) || offset + blobHead > length) throw damaged(name);
    const size = bytes.readUInt32BE(offset + 4);
    if (size < blobHead || offset + size > length) throw damaged(name);
    blobs.set(slot, bytes.subarray(offset, offset + size));
  }
  return blobs;
}

function contentOfBlob(blob: Buffer | undefined, magic: number, name: string): Buffer | undefined {
  if (blob === undefined) return undefined;
  if (blob.readUInt32BE(0) !== magic) throw damaged(name);
  return blob.subarray(blobHead);
}

function damaged(name: string): Error {
  return refusal("SLW-PAYLOAD-ARCH", `${name} has a damaged code signature.`);
}
