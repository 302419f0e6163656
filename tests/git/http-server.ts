import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** An answer that is not git's. */
export interface Trouble {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

export interface GitServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** What each request gave as its authorization. */
  readonly authorizations: (string | undefined)[];
  /** What is answered in the place of git, decided while the client waits. */
  trouble: (request: string, nth: number) => Promise<Trouble | undefined>;
}

/**
 * git's own server (git-http-backend(1)) for the repositories below a folder, on the loopback address. It wants a password
 * (RFC 7617), and lets whoever has it push.
 */
export async function gitServer(t: Pick<TestContext, "after">, folder: string, password: string): Promise<GitServer> {
  const authorizations: (string | undefined)[] = [];
  let requests = 0;
  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    authorizations.push(authorization);
    const trouble = await served.trouble(`${request.method} ${request.url}`, requests++);
    if (trouble !== undefined) return void response.writeHead(trouble.status, trouble.headers).end();
    const given = Buffer.from(authorization?.replace(/^Basic /, "") ?? "", "base64").toString();
    if (given !== `x-access-token:${password}`) {
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("who is it?");
    }
    serve(request, response, folder);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close().closeAllConnections());
  const served: GitServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    authorizations,
    trouble: async () => undefined,
  };
  return served;
}

/** The Common Gateway Interface (RFC 3875), as far as git uses it. */
function serve(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const { pathname, search } = new URL(request.url ?? "", "http://server.invalid");
  const headers = request.headers;
  const child = spawn("git", ["http-backend"], {
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_NOSYSTEM: "1",
      HOME: folder,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: "somebody",
      CONTENT_TYPE: headers["content-type"],
      GIT_PROTOCOL: headers["git-protocol"]?.toString(),
      HTTP_CONTENT_ENCODING: headers["content-encoding"],
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf("\r\n\r\n");
    const fields = answer.subarray(0, end).toString("latin1").split("\r\n");
    const told = Object.fromEntries(fields.map((field) => field.split(/: */, 2) as [string, string]));
    const { Status: status = "200", ...others } = told;
    response.writeHead(Number.parseInt(status, 10), others).end(answer.subarray(end + 4));
  });
}
