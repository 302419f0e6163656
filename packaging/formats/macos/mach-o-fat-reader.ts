import type { FileHandle } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import { collect } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { fat } from "../../payload/mach-o-header.ts";
import { fatEntrySize, fatHeaderSize } from "./mach-o-fat.ts";
import { type MachOSlice, plainCpu, readSlice } from "./mach-o-slice.ts";

export interface PlacedSlice extends MachOSlice {
  /** Where in the file it begins. */
  readonly offset: number;
}

/** Every processor once is two; four bytes of count may say anything. */
const mostSlices = Object.keys(plainCpu).length;
/** 2^15: what lipo(1) takes at most. */
const largestAlignment = 15;

/**
 * The slices of a Mach-O in the file's order: of a universal one all, and a thin one is its own. `name` is for messages.
 * Refuses as SLW-PAYLOAD-ARCH what is no Mach-O for x86-64 or arm64, slices that overlap or are not where their alignment
 * wants them, a slice for another processor than the header says, two for one, and all other damage.
 */
export async function readMachOSlices(file: FileHandle, size: number, name: string): Promise<readonly PlacedSlice[]> {
  const refuse = (what: string) => refusal("SLW-PAYLOAD-ARCH", `${name} ${what}.`);
  const header = await collect(fileRange(file, 0, Math.min(size, fatHeaderSize + fatEntrySize * mostSlices)));
  if (header.length < fatHeaderSize || header.readUInt32BE(0) !== fat) {
    return [{ offset: 0, ...(await readSlice(file, 0, size, name)) }];
  }
  const count = header.readUInt32BE(4);
  if (count === 0 || count > mostSlices || fatHeaderSize + fatEntrySize * count > header.length) {
    throw refuse(`is no universal Mach-O for x86-64 and arm64: it says that it has ${count} slices`);
  }
  const slices: PlacedSlice[] = [];
  let end = fatHeaderSize + fatEntrySize * count;
  for (let at = fatHeaderSize; slices.length < count; at += fatEntrySize) {
    const [offset, length, alignment] = [8, 12, 16].map((field) => header.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ];
    if (offset < end || offset + length > size) throw refuse("has slices that overlap or are outside of it");
    if (alignment > largestAlignment || offset % 2 ** alignment !== 0) throw refuse("has a slice that is not aligned");
    end = offset + length;
    const slice = await readSlice(file, offset, length, `a slice of ${name}`);
    const { type, subtype } = plainCpu[slice.arch];
    if (type !== header.readUInt32BE(at) || subtype !== header.readUInt32BE(at + 4)) {
      throw refuse(`has a slice for ${slice.arch} that its header has another processor for`);
    }
    if (slices.some(({ arch }) => arch === slice.arch)) throw refuse(`has two slices for ${slice.arch}`);
    slices.push({ offset, ...slice });
  }
  if (end !== size) throw refuse(`has ${size - end} bytes after its last slice`);
  return slices;
}
