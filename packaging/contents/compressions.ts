import { gunzip } from "../compression/gunzip.ts";
import { unxz } from "../compression/unxz.ts";
import { unzstd } from "../compression/unzstd.ts";

/** Every compression that is read, by the end of a file's name. */
export const decompressors = { gz: gunzip, xz: unxz, zst: unzstd } as const;
