/** Hears how many more bytes of the source are compressed; those that are only read, and wait, do not count. */
export type Compressed = (plainBytes: number) => void;

/** A compressor as a stage of a stream: bytes in, bytes out, memory flat whatever the length. */
export type Compressor = (source: AsyncIterable<Uint8Array>, compressed?: Compressed) => AsyncIterable<Uint8Array>;

/** For whoever does not watch. */
export const unwatched: Compressed = () => undefined;

/**
 * Cuts a stream anew into pieces of exactly `size` bytes, the last one shorter; none for an empty stream. Where the source
 * cuts its chunks is forgotten, so what is made of the pieces depends on the bytes alone. Each piece owns its memory, or
 * takes turns with so many others (`inTurns`) in the same memory, for a reader that is done with it before it asks for as
 * many more.
 */
export async function* pieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
  inTurns = 0,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const ring: Uint8Array<ArrayBuffer>[] = [];
  const room = (): Uint8Array<ArrayBuffer> => {
    const used = ring.length < inTurns ? undefined : ring.shift();
    const next = used ?? new Uint8Array(size);
    if (inTurns > 0) ring.push(next);
    return next;
  };
  let piece = room();
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - filled);
      piece.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      piece = room();
      filled = 0;
    }
  }
  if (filled > 0) yield inTurns > 0 ? piece.subarray(0, filled) : piece.slice(0, filled);
}

/** The same items, each asked for while the one before is worked on: so that reading and a slow writer go side by side. */
export async function* oneAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = iterator.next();
      // Awaited in its turn; without this a failure that comes before its turn would end the process.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
