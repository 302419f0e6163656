import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { constants, crc32, deflateRaw } from "node:zlib";
import { deflateRaw as portableDeflateRaw } from "pako";
import { inOrder } from "./in-order.ts";
import { type Compressed, pieces, unwatched } from "./pieces.ts";

const pieceSize = 256 * 1024;
/** How far back deflate can refer (RFC 1951, section 2). */
const windowSize = 32 * 1024;
const level = 6;
/** libuv compresses on four threads; more pieces at once would only hold memory. The bytes do not depend on it. */
const piecesAtOnce = Math.min(4, availableParallelism()) + 1;

/**
 * Compressor and settings, as a recipe names them. The version of zlib is that of the Node that builds; zlib picks code
 * by processor, hence the architecture.
 */
export function gzipRecipe(buildNode: string): string {
  return `gzip: deflate level ${level}, pieces of ${pieceSize}, zlib of Node ${buildNode} ${process.arch}`;
}

const deflatePiece = promisify(deflateRaw);

interface Piece {
  readonly bytes: Uint8Array;
  readonly dictionary: Uint8Array;
}

/**
 * gzip with several cores and one member: pieces are deflated side by side, each with the end of the one before as its
 * dictionary and a sync flush at its end, and joined under one header and checksum. (RFC 1952; the way of pigz.)
 */
export async function* gzip(
  source: AsyncIterable<Uint8Array>,
  done: Compressed = unwatched,
): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  let size = 0;
  async function* observed(): AsyncGenerator<Piece> {
    let dictionary: Uint8Array = new Uint8Array(0);
    for await (const bytes of pieces(source, pieceSize)) {
      checksum = crc32(bytes, checksum);
      size += bytes.length;
      yield { bytes, dictionary };
      dictionary = bytes.subarray(-windowSize);
    }
  }
  yield header(0);
  yield* inOrder(observed(), piecesAtOnce, async ({ bytes, dictionary }) => {
    const deflated = await deflatePiece(bytes, {
      level,
      // Room for all of it: each further chunk of output is a way to another thread and back.
      chunkSize: pieceSize,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    });
    done(bytes.length);
    return deflated;
  });
  yield Buffer.from([3, 0]); // an empty final block
  yield trailer(checksum, size);
}

/**
 * One small text as `gzip -9n` would write it: level 9, no name, no time. Debian's rule for changelogs and manuals. It is
 * made while planning, on whatever Node runs the program, so by a deflate in JavaScript that is the same on each.
 */
export function gzipMax(bytes: Uint8Array): Uint8Array {
  const slowest = 2; // XFL: "compressor used maximum compression"; lintian looks at it
  return Buffer.concat([header(slowest), portableDeflateRaw(bytes, { level: 9 }), trailer(crc32(bytes), bytes.length)]);
}

/** No flags, no time, and 255 for the operating system: unknown, the same everywhere (RFC 1952, section 2.3.1). */
function header(extraFlags: number): Buffer {
  return Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extraFlags, 255]);
}

function trailer(checksum: number, size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
