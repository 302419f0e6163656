import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What a stand-in of GitHub's endpoint of ID tokens gives; its signature is nobody's. */
export const standInJwt = ["eyJhbGciOiJub25lIn0", "eyJhdWQiOiJzdHMuYW1hem9uYXdzLmNvbSJ9", "c2lnbmF0dXJl"].join(".");

/** A stand-in of GitHub's endpoint of ID tokens; it gives the variables by which jobs find it. */
export async function idTokenStandIn(t: Pick<TestContext, "after">) {
  const audiences: (string | null)[] = [];
  const requestToken = "the-request-token-of-the-job";
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://stand-in.example");
    if (request.headers.authorization !== `Bearer ${requestToken}`) return response.writeHead(401).end();
    audiences.push(searchParams.get("audience"));
    return response.end(JSON.stringify({ count: 1, value: standInJwt }));
  }).listen(0, "127.0.0.1");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    audiences,
    variables: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
  };
}
