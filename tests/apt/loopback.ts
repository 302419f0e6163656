import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Store } from "../../packaging/store/store.ts";

export interface Loopback {
  /** With a final slash: `http://127.0.0.1:40123/`. */
  readonly url: string;
  /** Paths asked for, decoded, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves a store's objects on a free port of the loopback, like the plainest of object stores, and notes requests. */
export async function serveStore(store: Store): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).slice(1);
    requests.push(path);
    const bytes = await store.read(path, 64 << 20).catch(() => undefined);
    response.writeHead(bytes === undefined ? 404 : 200, { "content-length": bytes?.length ?? 0 });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
