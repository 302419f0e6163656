import { exactly } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import type { BinaryArch } from "../../payload/binary-header.ts";
import { fat } from "../../payload/mach-o-header.ts";
import { type MachOSlice, plainCpu } from "./mach-o-slice.ts";

/** A slice and its bytes. */
export interface SliceContent {
  readonly slice: MachOSlice;
  readonly content: AsyncIterable<Uint8Array>;
}

export const fatHeaderSize = 8;
/** cputype, cpusubtype, offset, size, alignment: 32 bits each, big-endian (<mach-o/fat.h>). */
export const fatEntrySize = 20;
/** As a power of two: pages of arm64 have 16 KiB, and a slice is mapped in whole pages. */
const alignment = 14;
/** x86-64 first, as lipo(1) has it. */
const order: readonly BinaryArch[] = ["x86_64", "aarch64"];
const largestWord = 0xffff_ffff;

/**
 * Writes a universal Mach-O of one slice for each processor, as a stream. Refuses (SLW-FORMAT) two slices for one processor,
 * a program with a library, and what does not fit numbers of 32 bits.
 */
export async function* writeFatMachO(sources: readonly SliceContent[]): AsyncGenerator<Uint8Array> {
  const sorted = [...sources].sort((a, b) => order.indexOf(a.slice.arch) - order.indexOf(b.slice.arch));
  const slices = sorted.map(({ slice }) => slice);
  const offsets = placeSlices(slices);
  const header = Buffer.alloc(fatHeaderSize + fatEntrySize * slices.length);
  header.writeUInt32BE(fat, 0);
  header.writeUInt32BE(slices.length, 4);
  for (const [at, { arch, size }] of slices.entries()) {
    const { type, subtype } = plainCpu[arch];
    const words = [type, subtype, offsets[at] ?? 0, size, alignment];
    for (const [word, value] of words.entries())
      header.writeUInt32BE(value, fatHeaderSize + fatEntrySize * at + 4 * word);
  }
  yield header;
  let written = header.length;
  for (const [at, { slice, content }] of sorted.entries()) {
    const offset = offsets[at] ?? 0;
    yield Buffer.alloc(offset - written);
    yield* exactly(content, slice.size, `the slice for ${slice.arch}`);
    written = offset + slice.size;
  }
}

/** Where each slice begins. */
function placeSlices(slices: readonly MachOSlice[]): readonly number[] {
  const archs = new Set(slices.map(({ arch }) => arch));
  const kinds = new Set(slices.map(({ kind }) => kind));
  if (slices.length === 0 || archs.size !== slices.length || kinds.size !== 1) {
    const found = slices.map(({ arch, kind }) => `a ${kind} for ${arch}`).join(", ");
    throw refusal(
      "SLW-FORMAT",
      `A universal Mach-O is made of one slice of a kind a processor, not of ${found || "none"}.`,
    );
  }
  let end = fatHeaderSize + fatEntrySize * slices.length;
  return slices.map(({ size }) => {
    const offset = Math.ceil(end / 2 ** alignment) * 2 ** alignment;
    end = offset + size;
    if (end > largestWord) throw refusal("SLW-FORMAT", "A universal Mach-O has less than 4 GiB.");
    return offset;
  });
}
