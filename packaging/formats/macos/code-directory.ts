import { refusal } from "../../errors.ts";

/** The part of a code signature that says what is signed: digests of the code's pages, and how macOS is to run it. */
export interface CodeDirectory {
  /** Flags of <kern/cs_blobs.h>, as they are: see `codeFlags`. */
  readonly flags: number;
  readonly identifier: string;
  /** The developer's team; undefined for an ad-hoc signature. */
  readonly team: string | undefined;
  readonly digest: CodeDigest;
  /** Bytes of the slice that the pages' digests are of; a page has `pageSize` bytes, the last one may have fewer. */
  readonly codeLimit: number;
  readonly pageSize: number;
  /** The digests of the pages, one after the other. */
  readonly pages: Buffer;
}

export interface CodeDigest {
  readonly algorithm: "sha1" | "sha256" | "sha384";
  /** Bytes of the digest that are kept. */
  readonly size: number;
}

/** CS_ADHOC, CS_RUNTIME (the hardened runtime) and CS_LINKER_SIGNED of <kern/cs_blobs.h>. */
export const codeFlags = { adHoc: 0x2, hardenedRuntime: 0x1_0000, linkerSigned: 0x2_0000 } as const;

const magic = 0xfade_0c02;
/** Version 0x20100 and later ones have room for scatter, team and a limit of 64 bits, in this order. */
const withTeam = 0x2_0200;
const withLongLimit = 0x2_0300;
const leastSize = { any: 44, withTeam: 52, withLongLimit: 64 } as const;
/** cs_hash_type, from the weakest digest to the strongest, as the kernel ranks them. */
const digests: ReadonlyMap<number, CodeDigest> = new Map([
  [1, { algorithm: "sha1", size: 20 }],
  [3, { algorithm: "sha256", size: 20 }],
  [2, { algorithm: "sha256", size: 32 }],
  [4, { algorithm: "sha384", size: 48 }],
]);
const ranks = [...digests.values()];
const longestName = 1024;
/** As a power of two. 0 stands for one page of everything. */
const largestPage = 20;

/** Reads a code directory; `name` is for messages. A damaged one, or of an unknown digest, is refused as SLW-PAYLOAD-ARCH. */
export function readCodeDirectory(blob: Buffer, name: string): CodeDirectory {
  const refuse = (what: string) => refusal("SLW-PAYLOAD-ARCH", `${name} has a code directory ${what}.`);
  if (blob.length < leastSize.any || blob.readUInt32BE(0) !== magic) throw refuse("that is none");
  const version = blob.readUInt32BE(8);
  if (version >= withTeam && blob.length < leastSize.withTeam) throw refuse("that is cut");
  if (version >= withLongLimit && blob.length < leastSize.withLongLimit) throw refuse("that is cut");
  const digest = digests.get(blob[37] ?? 0);
  if (digest === undefined || digest.size !== blob[36]) throw refuse("of an unknown digest");
  const teamOffset = version >= withTeam ? blob.readUInt32BE(48) : 0;
  const longLimit = version >= withLongLimit ? Number(blob.readBigUInt64BE(56)) : 0;
  const [hashOffset, count, shift] = [blob.readUInt32BE(16), blob.readUInt32BE(28), blob[39] ?? 0];
  const codeLimit = longLimit === 0 ? blob.readUInt32BE(32) : longLimit;
  if (shift > largestPage) throw refuse("with pages that are too large");
  const pageSize = shift === 0 ? codeLimit : 2 ** shift;
  const expected = codeLimit === 0 ? 0 : Math.ceil(codeLimit / pageSize);
  if (count !== expected || hashOffset + count * digest.size > blob.length)
    throw refuse("without a digest for each page");
  return {
    flags: blob.readUInt32BE(12),
    identifier: nameAt(blob, blob.readUInt32BE(20), refuse),
    team: teamOffset === 0 ? undefined : nameAt(blob, teamOffset, refuse),
    digest,
    codeLimit,
    pageSize,
    pages: blob.subarray(hashOffset, hashOffset + count * digest.size),
  };
}

/** For sorting: of several code directories macOS goes by that of the strongest digest. */
export function strongestFirst(one: CodeDirectory, other: CodeDirectory): number {
  return ranks.indexOf(other.digest) - ranks.indexOf(one.digest);
}

function nameAt(blob: Buffer, offset: number, refuse: (what: string) => Error): string {
  const end = blob.indexOf(0, offset);
  if (offset >= blob.length || end < 0 || end - offset > longestName) throw refuse("with a damaged name");
  return blob.toString("utf8", offset, end);
}
