import { crc32 } from "node:zlib";

/** Mean size of a piece in bytes: a few dozen stanzas. Larger ones compress hardly better (deflate looks back 32 KiB). */
const mean = 48 * 1024;
const smallest = 8 * 1024;
const largest = 512 * 1024;

/**
 * Cuts an index into pieces that are compressed each by itself. Where a cut is follows from the texts beside it and not
 * from their number or from what was there before: one text added or removed changes the piece that holds it, at times
 * the next, and no other. Every text stays whole; an empty index is one empty piece.
 */
export function cutPieces(texts: Iterable<Uint8Array>): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let open: Uint8Array[] = [];
  let size = 0;
  const cut = () => {
    pieces.push(Buffer.concat(open));
    open = [];
    size = 0;
  };
  for (const text of texts) {
    open.push(text);
    size += text.length;
    // A text ends a piece with a chance that grows with its length, so that pieces are of like size whatever they hold.
    if (size >= largest || (size >= smallest && crc32(text) < (text.length / mean) * 2 ** 32)) cut();
  }
  if (size > 0 || pieces.length === 0) cut();
  return pieces;
}
