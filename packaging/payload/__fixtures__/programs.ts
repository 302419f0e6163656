/** Smallest headers that are read as programs: made here, since real programs are megabytes. */

export interface ElfShape {
  readonly machine?: number;
  readonly type?: number;
  readonly elfClass?: number;
  readonly bigEndian?: boolean;
  readonly abi?: number;
  readonly programHeadersAt?: number;
  readonly entrySize?: number;
  /** p_type of each segment; 3 is PT_INTERP. */
  readonly segments?: readonly number[];
}

export const x86 = 62;
export const arm = 183;

export function elf(shape: ElfShape = {}): Uint8Array {
  const { machine = x86, type = 2, elfClass = 2, bigEndian = false, abi = 0 } = shape;
  const { programHeadersAt = 64, entrySize = 56, segments = [1, 1] } = shape;
  const little = !bigEndian;
  const bytes = new Uint8Array(Math.max(64, programHeadersAt + segments.length * 56));
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, elfClass, bigEndian ? 2 : 1, 1, abi]);
  view.setUint16(16, type, little);
  view.setUint16(18, machine, little);
  view.setBigUint64(32, BigInt(programHeadersAt), little);
  view.setUint16(54, entrySize, little);
  view.setUint16(56, segments.length, little);
  for (const [index, segment] of segments.entries()) view.setUint32(programHeadersAt + index * 56, segment, little);
  return bytes;
}

export const macIntel = 0x01000007;
export const macArm = 0x0100000c;

export function thinMachO(processor: number, type = 2, magic = 0xcffaedfe): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, processor, true);
  view.setUint32(12, type, true);
  return bytes;
}

export function fatMachO(processors: readonly number[], magic = 0xcafebabe): Uint8Array {
  const entrySize = magic === 0xcafebabe ? 20 : 32;
  const bytes = new Uint8Array(8 + processors.length * entrySize);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, processors.length);
  for (const [index, processor] of processors.entries()) view.setUint32(8 + index * entrySize, processor);
  return bytes;
}

export function portableExecutable(machine = 0x8664, characteristics = 0x22, magic = 0x20b, at = 128): Uint8Array {
  const bytes = new Uint8Array(at + 64);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4d5a);
  view.setUint32(0x3c, at, true);
  view.setUint32(at, 0x50450000);
  view.setUint16(at + 4, machine, true);
  view.setUint16(at + 22, characteristics, true);
  view.setUint16(at + 24, magic, true);
  return bytes;
}
