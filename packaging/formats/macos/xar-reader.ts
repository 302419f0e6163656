import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { inflate } from "../../compression/gunzip.ts";
import { fileRange } from "../../containers/file-range.ts";
import { collect, contentOf } from "../../containers/member-content.ts";
import { refusal } from "../../errors.ts";
import { shorten } from "../../manifest/printable.ts";
import { headerSize, parseXarHeader, type XarHeader } from "./xar-header.ts";
import {
  type HeapRange,
  readToc,
  type Toc,
  type TocData,
  type TocLimits,
  type TocSignature,
  type XarDigest,
} from "./xar-toc-reader.ts";

/** A file or directory of a xar archive. */
export interface ReadXarMember {
  readonly type: "file" | "directory";
  readonly path: string;
  /** Bytes as unpacked; 0 for a directory. */
  readonly size: number;
  /** The file's bytes, unpacked, checked against size and both checksums at the latest after the last one. */
  content(): AsyncIterable<Uint8Array>;
  /** The file's bytes as they lie in the archive, unchecked: for whoever writes them into another one. */
  stored(): AsyncIterable<Uint8Array>;
  /** What the table of contents says of them; undefined of a directory and of an empty file. */
  readonly data: TocData | undefined;
}

export interface XarLimits extends TocLimits {
  /** Bytes of the table of contents, unpacked. */
  readonly toc: number;
}

const defaultLimits: XarLimits = { toc: 16 << 20, members: 10_000, depth: 16 };

/** A xar archive whose table of contents agrees with its checksum. */
export interface ReadXar {
  readonly members: readonly ReadXarMember[];
  /** The table of contents as stored, whose digest is the archive's checksum. */
  readonly packedToc: Buffer;
  readonly checksum: Buffer;
  readonly signatures: readonly ReadXarSignature[];
}

export interface ReadXarSignature extends TocSignature {
  content(): AsyncIterable<Uint8Array>;
}

/** What is in a xar archive; see `openXar`. */
export async function readXar(
  file: FileHandle,
  size: number,
  limits: XarLimits = defaultLimits,
): Promise<readonly ReadXarMember[]> {
  return (await openXar(file, size, limits)).members;
}

/**
 * Reads the table of contents of a xar archive and says what is in it. The file stays open and is the caller's; memory is
 * bounded by the limits. Refused as SLW-FORMAT are a table that does not agree with its checksum, files that share bytes,
 * bytes that belong to nothing, unknown checksums and encodings, and all other damage. Signatures are not looked at.
 */
export async function openXar(file: FileHandle, size: number, limits: XarLimits = defaultLimits): Promise<ReadXar> {
  const header = parseXarHeader(await collect(fileRange(file, 0, Math.min(headerSize, size))));
  const { tocLength, tocSize, algorithm } = header;
  if (tocSize > limits.toc || tocLength > limits.toc) {
    throw damaged(`its table of contents is larger than ${limits.toc} bytes`);
  }
  const heap = headerSize + tocLength;
  if (heap > size) throw damaged("it ends before its table of contents does");
  const packed = await collect(fileRange(file, headerSize, heap));
  const toc = readToc(await unpackToc(packed, tocSize), limits);
  if (toc.checksum.algorithm !== algorithm) throw damaged("header and table of contents name two checksums");
  checkHeap(toc, size - heap);
  const checksum = await checkToc(file, heap, toc, { header, packed });
  return {
    packedToc: packed,
    checksum,
    signatures: toc.signatures.map((signature) => {
      const start = heap + signature.offset;
      return { ...signature, content: () => fileRange(file, start, start + signature.length) };
    }),
    members: toc.members.map((member) => {
      const data = member.type === "file" ? member.data : undefined;
      const content = () =>
        data === undefined ? contentOf(new Uint8Array(0)) : contentAt(file, heap, data, member.path);
      const stored = () =>
        fileRange(file, heap + (data?.offset ?? 0), heap + (data?.offset ?? 0) + (data?.length ?? 0));
      return { type: member.type, path: member.path, size: data?.size ?? 0, content, stored, data };
    }),
  };
}

async function unpackToc(packed: Buffer, tocSize: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of inflate(contentOf(packed))) {
    size += chunk.length;
    if (size > tocSize) break;
    chunks.push(chunk);
  }
  if (size !== tocSize) throw damaged("its table of contents is not of the size that the header has");
  return Buffer.concat(chunks);
}

/** Every byte of the heap belongs to one thing: else a change would go unnoticed, or a little file unpack to a lot. */
function checkHeap({ checksum, signatures, members }: Toc, size: number): void {
  const data = members.flatMap((member) => (member.type === "file" && member.data !== undefined ? [member.data] : []));
  const ranges: HeapRange[] = [checksum, ...signatures, ...data].filter(({ length }) => length > 0);
  ranges.sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, length } of ranges) {
    if (offset < end) throw damaged("files share their bytes");
    if (offset > end) throw damaged(`the ${offset - end} bytes at ${end} of its heap belong to nothing`);
    end = offset + length;
  }
  if (end > size) throw damaged(`it ends ${end - size} bytes too early`);
  if (end < size) throw damaged(`${size - end} bytes follow its end`);
}

async function checkToc(
  file: FileHandle,
  heap: number,
  { checksum }: Toc,
  { header, packed }: { readonly header: XarHeader; readonly packed: Buffer },
): Promise<Buffer> {
  const start = heap + checksum.offset;
  const stored = await collect(fileRange(file, start, start + checksum.length));
  if (!createHash(header.algorithm).update(packed).digest().equals(stored)) {
    throw damaged("the checksum of its table of contents is wrong");
  }
  return stored;
}

function contentAt(file: FileHandle, heap: number, data: TocData, path: string): AsyncGenerator<Uint8Array> {
  const { length, size, archived, extracted, encoding } = data;
  const start = heap + data.offset;
  const stored = checked(fileRange(file, start, start + length), length, archived, path);
  return checked(encoding === "zlib" ? inflate(stored) : stored, size, extracted, path);
}

async function* checked(
  content: AsyncIterable<Uint8Array>,
  size: number,
  { algorithm, hex }: XarDigest,
  path: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithm);
  let seen = 0;
  for await (const chunk of content) {
    seen += chunk.length;
    if (seen > size) break;
    hash.update(chunk);
    yield chunk;
  }
  const name = JSON.stringify(shorten(path));
  if (seen !== size) throw damaged(`${name} is not of the size that the table of contents has`);
  if (hash.digest("hex") !== hex) throw damaged(`the checksum of ${name} is wrong`);
}

function damaged(what: string): Error {
  return refusal("SLW-FORMAT", `The xar archive cannot be read: ${what}.`);
}
