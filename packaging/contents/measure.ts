import { createHash } from "node:crypto";

/** What was found out about a content while it streamed by. */
export interface Measured {
  readonly size: number;
  readonly sha256: string;
  /** The content itself where it is UTF-8 of at most as many bytes as were to be kept; undefined where nothing was. */
  readonly text: string | undefined;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a content to its end. `keep`: the most bytes of text that are held in memory; 0 holds none. */
export async function measure(content: AsyncIterable<Uint8Array>, keep: number): Promise<Measured> {
  const hash = createHash("sha256");
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    size += chunk.length;
    if (size <= keep) kept.push(chunk);
    else kept.length = 0;
  }
  return { size, sha256: hash.digest("hex"), text: keep > 0 && size <= keep ? decoded(kept) : undefined };
}

function decoded(chunks: readonly Uint8Array[]): string | undefined {
  try {
    return utf8.decode(Buffer.concat(chunks));
  } catch {
    return undefined;
  }
}
