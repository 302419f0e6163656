import type { BinaryArch, BinaryHeader, OtherBytes } from "./binary-header.ts";

/** Machine types of the PE format, "COFF File Header". */
const machines: Readonly<Record<number, { readonly arch?: BinaryArch; readonly name: string }>> = {
  332: { name: "32-bit x86" },
  452: { name: "32-bit ARM" },
  34404: { arch: "x86_64", name: "x86-64" },
  43620: { arch: "aarch64", name: "arm64" },
};

const executableImage = 0x0002;
const dynamicLibrary = 0x2000;
const pe32Plus = 0x20b;

/** A 64-bit Windows program; undefined where the bytes do not begin with an MZ header (Microsoft, "PE Format"). */
export function readPortableExecutable(view: DataView): BinaryHeader | OtherBytes | undefined {
  if (view.byteLength < 2 || view.getUint16(0) !== 0x4d5a) return undefined;
  if (view.byteLength < 64) return other("a truncated Windows program");
  const at = view.getUint32(0x3c, true);
  // Signature (4), COFF header (20), the optional header's magic (2).
  if (at + 26 > view.byteLength || view.getUint32(at) !== 0x50450000) return other("a DOS program or a damaged PE");
  const machine = machines[view.getUint16(at + 4, true)] ?? { name: "unknown-processor" };
  const characteristics = view.getUint16(at + 22, true);
  const article = /^(?:x86|arm|unknown)/.test(machine.name) ? "an" : "a";
  const description = `${article} ${machine.name} PE`;
  if (machine.arch === undefined || view.getUint16(at + 24, true) !== pe32Plus) return other(description);
  if ((characteristics & executableImage) === 0 || (characteristics & dynamicLibrary) !== 0) {
    return other(`${description} that is no program`);
  }
  return { system: "windows", archs: [machine.arch], description };
}

function other(description: string): OtherBytes {
  return { system: undefined, description };
}
