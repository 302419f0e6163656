import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { assertRefusal } from "../__fixtures__/refused.ts";
import { askIdToken, isIdTokenUrl } from "./id-token.ts";

const token = "the-token-of-the-job";
const jwt = "aGVhZGVy.Y2xhaW1z.c2lnbmF0dXJl";

/** GitHub's endpoint on this machine, which answers as told. */
async function endpoint(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`;
}

test("the token for an audience is asked for once, with the job's own", async (context) => {
  const asked: unknown[] = [];
  const url = await endpoint(context, (request, response) => {
    asked.push([request.method, request.url, request.headers.authorization]);
    response.end(JSON.stringify({ count: 1, value: jwt }));
  });
  assert.equal(await askIdToken({ url, token }, "sts.amazonaws.com"), jwt);
  assert.deepEqual(asked, [["GET", "/token?api-version=2.0&audience=sts.amazonaws.com", `Bearer ${token}`]]);
});

const others: readonly (readonly [what: string, answer: RequestListener, says: string])[] = [
  ["a refusal", (_, response) => response.writeHead(403).end(`no: ${token}`), "answers 403."],
  ["a redirect", (_, response) => response.writeHead(302, { location: "/token" }).end(), "answers 302."],
  ["a page", (_, response) => response.end("<html>"), "something that is no token"],
  ["no token", (_, response) => response.end('{"value":null}'), "something that is no token"],
  ["a token of two lines", (_, response) => response.end('{"value":"a.b.c\\nA=b"}'), "something that is no token"],
  ["a long token", (_, response) => response.end(`{"value":"a.b.${"c".repeat(20_000)}"}`), "that is no token"],
  ["no end", (_, response) => response.end("x".repeat((64 << 10) + 1)), "answers more than 65536 bytes"],
  ["a connection that is cut", (request) => request.socket.destroy(), "cannot be asked (UND_ERR_SOCKET)"],
];

for (const [what, answer, says] of others) {
  test(`refused: ${what}`, async (context) => {
    const url = await endpoint(context, answer);
    const error = await askIdToken({ url, token }, "sts.amazonaws.com").catch((it: unknown) => it);
    assertRefusal(error, "SLW-GITHUB", says);
    assert.doesNotMatch(String(error), new RegExp(token));
  });
}

test("refused: an answer that does not come to its end", async (context) => {
  const url = await endpoint(context, (_, response) => void response.write("{"));
  const error = await askIdToken({ url, token }, "sts.amazonaws.com", 50).catch((it: unknown) => it);
  assertRefusal(error, "SLW-GITHUB", "gave no whole answer within 0.05 s");
});

test("a job's token goes over TLS, or stays on this machine", () => {
  for (const url of ["https://pipelines.example/a?b=c", "http://127.0.0.1:8080/a"]) assert.ok(isIdTokenUrl(url), url);
  for (const url of ["", "pipelines.example", "http://pipelines.example/", "https://a:b@pipelines.example/"]) {
    assert.ok(!isIdTokenUrl(url), url);
  }
});
