import type { BinaryArch, BinaryHeader, OtherBytes } from "./binary-header.ts";

/** By cputype of <mach/machine.h>: what the project's programs run on. */
export const processors: Readonly<Record<number, { readonly arch: BinaryArch; readonly name: string }>> = {
  16777223: { arch: "x86_64", name: "x86-64" },
  16777228: { arch: "aarch64", name: "arm64" },
};

/** First bytes, read big-endian: of a Mach-O of 64 bits for one processor, and of a universal one. */
export const thin64 = 0xcffaedfe;
export const fat = 0xcafebabe;
const thin32 = 0xcefaedfe;
const fat64 = 0xcafebabf;
const program = 2;
/** A Java class file has the same magic, and then a version of 45 or more where this count is (file(1) does the same). */
const sliceLimit = 30;

/** A Mach-O program, thin or universal; undefined where the bytes are no Mach-O (<mach-o/loader.h>, <mach-o/fat.h>). */
export function readMachO(view: DataView): BinaryHeader | OtherBytes | undefined {
  if (view.byteLength < 8) return undefined;
  switch (view.getUint32(0)) {
    case thin64:
      return readThin(view);
    case thin32:
      return other("a 32-bit Mach-O");
    case fat:
      return readFat(view, 20);
    case fat64:
      return readFat(view, 32);
    default:
      return undefined;
  }
}

function readThin(view: DataView): BinaryHeader | OtherBytes {
  if (view.byteLength < 32) return other("a truncated Mach-O");
  const processor = processors[view.getUint32(4, true)];
  if (processor === undefined) return other("a Mach-O for another processor");
  if (view.getUint32(12, true) !== program) return other(`an ${processor.name} Mach-O that is no program`);
  return { system: "macos", archs: [processor.arch], description: `an ${processor.name} Mach-O` };
}

function readFat(view: DataView, entrySize: number): BinaryHeader | OtherBytes | undefined {
  const count = view.getUint32(4);
  if (count >= sliceLimit) return undefined;
  if (count === 0 || view.byteLength < 8 + count * entrySize) return other("a truncated universal Mach-O");
  const names = new Map<BinaryArch, string>();
  for (let slice = 0; slice < count; slice++) {
    const processor = processors[view.getUint32(8 + slice * entrySize)];
    if (processor === undefined) return other("a universal Mach-O with a slice for another processor");
    if (names.has(processor.arch)) return other(`a universal Mach-O with two ${processor.name} slices`);
    names.set(processor.arch, processor.name);
  }
  const description = `a universal Mach-O (${[...names.values()].sort().join(", ")})`;
  return { system: "macos", archs: [...names.keys()].sort(), description };
}

function other(description: string): OtherBytes {
  return { system: undefined, description };
}
