import type { BinaryArch, BinaryHeader, OtherBytes } from "./binary-header.ts";

/** e_machine of the System V ABI and its supplements. */
const machines: Readonly<Record<number, { readonly arch?: BinaryArch; readonly name: string }>> = {
  3: { name: "32-bit x86" },
  8: { name: "MIPS" },
  20: { name: "PowerPC" },
  21: { name: "64-bit PowerPC" },
  22: { name: "s390x" },
  40: { name: "32-bit ARM" },
  62: { arch: "x86_64", name: "x86-64" },
  183: { arch: "aarch64", name: "AArch64" },
  243: { name: "RISC-V" },
  258: { name: "LoongArch" },
};

/** e_ident[EI_OSABI]: Linux programs say System V (0) or GNU (3). */
const otherSystems: Readonly<Record<number, string>> = { 2: "NetBSD", 6: "Solaris", 9: "FreeBSD", 12: "OpenBSD" };

const executable = 2;
const sharedObject = 3;
const headerSize = 64;
const programHeaderSize = 56;
/** No file is larger; beyond it the file system's own limits begin. */
const offsetLimit = 2n ** 40n;
/** Real programs have about a dozen; the field allows 65,535. */
const programHeaderLimit = 1024;
const interpreterSegment = 3;

/** A 64-bit little-endian ELF program for Linux; undefined where the bytes are no ELF at all (elf(5)). */
export function readElf(view: DataView): BinaryHeader | OtherBytes | undefined {
  if (view.byteLength < 4 || view.getUint32(0) !== 0x7f454c46) return undefined;
  if (view.byteLength < headerSize) return other("a truncated ELF");
  const littleEndian = view.getUint8(5) === 1;
  if (!littleEndian && view.getUint8(5) !== 2) return other("a damaged ELF");
  const machine = machines[view.getUint16(18, littleEndian)];
  if (machine === undefined) return other("an ELF for another processor");
  const system = otherSystems[view.getUint8(7)];
  const type = view.getUint16(16, littleEndian);
  if (machine.arch === undefined) return other(`${article(machine.name)} ELF`);
  if (view.getUint8(4) !== 2) return other(`a 32-bit ELF for ${machine.name}`);
  if (!littleEndian) return other(`a big-endian ELF for ${machine.name}`);
  if (system !== undefined) return other(`${article(machine.name)} ELF for ${system}`);
  if (type !== executable && type !== sharedObject) return other(`${article(machine.name)} ELF that is no program`);
  const offset = view.getBigUint64(32, true);
  const entrySize = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const plausible =
    entrySize === programHeaderSize && count > 0 && count <= programHeaderLimit && offset <= offsetLimit;
  if (!plausible) return other(`a damaged ELF for ${machine.name}`);
  return {
    system: "linux",
    archs: [machine.arch],
    description: `${article(machine.name)} ELF`,
    programHeaders: { offset: Number(offset), entrySize, count },
  };
}

/**
 * Whether a program needs the system's dynamic linker: it has a PT_INTERP segment. `table` is the program header table
 * that `readElf` located.
 */
export function hasInterpreter(table: Uint8Array): boolean {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  for (let at = 0; at + programHeaderSize <= view.byteLength; at += programHeaderSize) {
    if (view.getUint32(at, true) === interpreterSegment) return true;
  }
  return false;
}

function other(description: string): OtherBytes {
  return { system: undefined, description };
}

function article(name: string): string {
  return /^(?:x86|AArch|s390)/.test(name) ? `an ${name}` : `a ${name}`;
}
