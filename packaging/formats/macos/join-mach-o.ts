import { type FileHandle, open } from "node:fs/promises";
import { fileRange } from "../../containers/file-range.ts";
import { type Mistake, refusal, refuseMistakes, SlipwayError } from "../../errors.ts";
import type { BinaryArch } from "../../payload/binary-header.ts";
import { writeHashed } from "../write-hashed.ts";
import { type SliceContent, writeFatMachO } from "./mach-o-fat.ts";
import { type MachOSlice, readSlice } from "./mach-o-slice.ts";

/** The two files that a universal one is made of, by the processor that each was built for; `name` is for messages. */
export type ThinFiles = Readonly<Record<BinaryArch, { readonly file: string; readonly name: string }>>;

/**
 * Joins two thin Mach-O files to a universal one in `file` and says its size and SHA-256, and what its slices are. `file` is
 * written in place: the caller gives a temporary name and renames; after a failure it is not left. Both files are looked at
 * before the first byte; what is wrong with them is told at once, as SLW-PAYLOAD-ARCH.
 */
export async function joinMachO(
  thin: ThinFiles,
  file: string,
): Promise<{ readonly size: number; readonly sha256: string; readonly slices: readonly MachOSlice[] }> {
  const opened: FileHandle[] = [];
  try {
    const sources: SliceContent[] = [];
    const mistakes: Mistake[] = [];
    for (const arch of ["x86_64", "aarch64"] as const) {
      const { name } = thin[arch];
      const handle = await openSlice(thin[arch]);
      opened.push(handle);
      const { size } = await handle.stat();
      const slice = await readSliceFor(arch, handle, size, name).catch((error: unknown) => {
        if (!(error instanceof SlipwayError)) throw error;
        mistakes.push(...error.mistakes);
      });
      if (slice !== undefined) sources.push({ slice, content: fileRange(handle, 0, size) });
    }
    refuseMistakes(mistakes);
    const { size, hex } = await writeHashed(writeFatMachO(sources), file, "sha256");
    return { size, sha256: hex, slices: sources.map(({ slice }) => slice) };
  } finally {
    for (const handle of opened) await handle.close();
  }
}

async function openSlice({ file, name }: ThinFiles[BinaryArch]): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (error) {
    throw refusal("SLW-PAYLOAD-MISSING", `${name} cannot be read: ${(error as Error).message}.`);
  }
}

async function readSliceFor(arch: BinaryArch, handle: FileHandle, size: number, name: string): Promise<MachOSlice> {
  const slice = await readSlice(handle, 0, size, name);
  if (slice.arch === arch) return slice;
  throw refusal("SLW-PAYLOAD-ARCH", `${name} is a Mach-O for ${slice.arch}; expected one for ${arch}.`, {
    hint: "Are the two files the wrong way round?",
  });
}
