/** No answer that is read here is near it. */
const limitBytes = 32 << 20;

/** `fetch` whose answers end with an error where they are longer than anything that is asked for. */
export async function limitedFetch(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.body === null) return response;
  let size = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        size += piece.byteLength;
        if (size > limitBytes) controller.error(new Error(`an answer of more than ${limitBytes >> 20} MiB`));
        else controller.enqueue(piece);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
}
