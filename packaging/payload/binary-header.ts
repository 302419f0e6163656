import type { OperatingSystem } from "../targets.ts";
import { readElf } from "./elf-header.ts";
import { readMachO } from "./mach-o-header.ts";
import { readPortableExecutable } from "./pe-header.ts";

export type BinaryArch = "x86_64" | "aarch64";

/** What the first bytes of a program say about where it runs. */
export interface BinaryHeader {
  readonly system: OperatingSystem;
  /** Sorted, each once; several only in a Mach-O universal binary. */
  readonly archs: readonly BinaryArch[];
  /** For people: `an x86-64 ELF`. */
  readonly description: string;
  /** Where an ELF keeps its program headers, which tell a static program from a dynamic one. */
  readonly programHeaders?: { readonly offset: number; readonly entrySize: number; readonly count: number };
}

/** Bytes that are no program of a supported kind; `description` says what they look like. */
export interface OtherBytes {
  readonly system: undefined;
  readonly description: string;
}

/** How much of a file `readBinaryHeader` needs; it gives the same answer for more. */
export const headerBytes = 4096;

/** Reads the header of an ELF, Mach-O or PE program from the start of a file. Never throws, whatever the bytes are. */
export function readBinaryHeader(bytes: Uint8Array): BinaryHeader | OtherBytes {
  const start = bytes.subarray(0, headerBytes);
  if (start.length === 0) return { system: undefined, description: "an empty file" };
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  return readElf(view) ?? readMachO(view) ?? readPortableExecutable(view) ?? describeOther(start);
}

const otherKinds: readonly (readonly [magic: readonly number[], description: string])[] = [
  [[0x23, 0x21], "a script"],
  [[0x1f, 0x8b], "a gzip file"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd file"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip file"],
  [[0x00, 0x61, 0x73, 0x6d], "a WebAssembly module"],
  [[0xca, 0xfe, 0xba, 0xbe], "a Java class file"],
  [[0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e], "an ar archive"],
];

function describeOther(bytes: Uint8Array): OtherBytes {
  const known = otherKinds.find(([magic]) => magic.every((byte, at) => bytes[at] === byte));
  return { system: undefined, description: known?.[1] ?? "neither an ELF, a Mach-O nor a PE program" };
}
