import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** An npm registry on the loopback interface with one package, and a count of the requests it got. */
export interface FakeRegistry {
  readonly url: string;
  readonly integrity: string;
  readonly requests: string[];
  /** What is served for the tarball; a test may put other bytes there. */
  tarball: Uint8Array;
  close(): Promise<void>;
}

export const packageName = "@example/runtime";
export const packageVersion = "1.2.3";

export async function serveRegistry(files: Readonly<Record<string, string>>): Promise<FakeRegistry> {
  const tarball = gzipSync(tar(files));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (request.url === `/${packageName.replace("/", "%2f")}`) {
      const dist = { tarball: `${registry.url}runtime.tgz`, integrity };
      const versions = { [packageVersion]: { name: packageName, version: packageVersion, dist } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: packageName, "dist-tags": { latest: packageVersion }, versions }));
    } else if (request.url === "/runtime.tgz") {
      response.end(registry.tarball);
    } else {
      response.statusCode = 404;
      response.end("{}");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const registry: FakeRegistry = {
    url: `http://127.0.0.1:${port}/`,
    integrity,
    requests,
    tarball,
    close: () => closeServer(server),
  };
  return registry;
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function tar(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).map(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(`package/${name}`);
    header.write("0000755\0" + "0000000\0" + "0000000\0", 100);
    header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0        0", 136);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
