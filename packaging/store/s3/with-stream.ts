import type { Readable } from "node:stream";

/** Sends a stream; where it breaks, the request ends with it, and what broke it is thrown. */
export async function withStream<T>(
  body: Readable,
  work: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let broken: Error | undefined;
  body.once("error", (error) => {
    broken = error;
    stop.abort();
  });
  try {
    return await work(body, stop.signal);
  } catch (error) {
    throw broken ?? error;
  } finally {
    body.destroy();
  }
}
