import { deflateRawSync, type InflateRaw, inflateRaw } from "node:zlib";
import { damaged } from "./damaged.ts";

/** Plain bytes of every block but a folder's last (MS-MCI, section 2.1). It is also how far back deflate can refer. */
export const blockSize = 32_768;
/** Bytes of a packed block, the signature included, that readers have room for (MS-MCI, section 2.1). */
export const largestPacked = blockSize + 12;

const signature = Buffer.from("CK");
/** A quarter faster than 5, for a fiftieth more; what gcab makes is larger still. */
const level = 4;
/** Of the block before so much is looked into: the other half would make it half a hundredth smaller, and cost more. */
const lookedBack = 16_384;

/**
 * Compressor and settings, as a recipe names them. The version of zlib is that of the Node that builds; zlib picks code by
 * processor, hence the architecture.
 */
export function mszipRecipe(buildNode: string): string {
  return `mszip: deflate level ${level}, ${lookedBack} bytes back, zlib of Node ${buildNode} ${process.arch}`;
}

/**
 * One block of MSZIP: "CK" and a whole raw deflate stream that may refer to the plain block before, which therefore is all
 * that its bytes depend on besides its own. What does not get smaller is stored: deflate would cut it into pieces whose
 * headers are more than readers have room for.
 */
export function packBlock(plain: Uint8Array, before: Uint8Array): Buffer {
  const packed = deflateRawSync(plain, {
    level,
    // Room for all of it at once.
    chunkSize: blockSize + 64,
    ...(before.length === 0 ? {} : { dictionary: before.subarray(-lookedBack) }),
  });
  const stored = storedHeader(plain.length);
  if (packed.length < stored.length + plain.length) return Buffer.concat([signature, packed]);
  return Buffer.concat([signature, stored, plain]);
}

/** One final block that is not compressed (RFC 1951, section 3.2.4). */
function storedHeader(length: number): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0]);
  header.writeUInt16LE(length, 1);
  header.writeUInt16LE(0xffff - length, 3);
  return header;
}

/** Undoes `packBlock`; refuses (SLW-FORMAT) what does not give exactly `size` bytes, or goes on after them. */
export async function unpackBlock(packed: Uint8Array, size: number, before: Uint8Array): Promise<Buffer> {
  if (packed[0] !== signature[0] || packed[1] !== signature[1]) throw damaged("a block is not compressed by MSZIP");
  const body = packed.subarray(signature.length);
  const { plain, used } = await inflate(body, size, before);
  if (plain.length !== size) throw damaged("a block is not of the size that it promises");
  if (used !== body.length) throw damaged("bytes follow the end of a block");
  return plain;
}

function inflate(
  body: Uint8Array,
  size: number,
  before: Uint8Array,
): Promise<{ readonly plain: Buffer; readonly used: number }> {
  const options = { info: true, maxOutputLength: size, ...(before.length === 0 ? {} : { dictionary: before }) };
  return new Promise((resolve, reject) => {
    inflateRaw(body, options, (error, result: unknown) => {
      if (error !== null) return reject(damaged(`a block cannot be decompressed (${error.message})`));
      // With `info` the answer is this pair; the types know the plain answer only.
      const { buffer, engine } = result as { readonly buffer: Buffer; readonly engine: InflateRaw };
      resolve({ plain: buffer, used: engine.bytesWritten });
    });
  });
}
