import { refusal } from "../errors.ts";

/** The content of a container's member, checked to have exactly the size that its header has already promised. */
export async function* exactly(
  content: AsyncIterable<Uint8Array>,
  size: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of content) {
    seen += chunk.length;
    if (seen > size) break;
    yield chunk;
  }
  if (seen === size) return;
  const found = seen > size ? "more" : `${seen}`;
  throw refusal("SLW-BUILD", `${name} was to have ${size} bytes and gave ${found}: it changed while it was packed.`, {
    hint: "Run the build again when nothing writes to the file.",
  });
}

/** A few bytes as content. */
export async function* contentOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** All bytes of a stream in memory; only where the caller knows that they are few. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
