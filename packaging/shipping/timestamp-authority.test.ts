import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { assertRefusal } from "../__fixtures__/refused.ts";
import { collect } from "../containers/member-content.ts";
import { signedAt } from "../signing/x509/__fixtures__/identities.ts";
import { bytesOf, decodeDer, encodeDer, inSequence, sequence, smallInteger } from "../signing/x509/der.ts";
import { timestampReply } from "./__fixtures__/timestamp-reply.ts";
import { askAuthority, authorityUrl } from "./timestamp-authority.ts";

const signature = Buffer.alloc(256, 7);

/** An authority on this machine that answers as told. */
async function authority(context: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
}

/** The nonce of a query. */
function nonceOf(query: Buffer): Buffer {
  const [, , nonce] = inSequence(decodeDer(query, "The query"));
  return bytesOf(nonce, "integer") ?? Buffer.alloc(0);
}

type Reply = (query: Buffer) => Uint8Array;

/** An authority whose answers have this body. */
function replying(context: TestContext, reply: Reply): Promise<string> {
  return authority(context, async (request, response) => {
    assert.equal(request.headers["content-type"], "application/timestamp-query");
    response.end(reply(await collect(request)));
  });
}

test("an answer to the question is taken as it came", async (context) => {
  const nonces: string[] = [];
  const url = await replying(context, (query) => {
    nonces.push(nonceOf(query).toString("hex"));
    return timestampReply(signature, signedAt, nonceOf(query));
  });
  for (const _ of [1, 2]) {
    const { reply, seenAt } = await askAuthority(url, signature);
    assert.equal(seenAt, signedAt);
    assert.deepEqual(reply, timestampReply(signature, signedAt, Buffer.from(nonces.at(-1) ?? "", "hex")));
  }
  assert.notEqual(nonces[0], nonces[1]);
});

const rejection = encodeDer(sequence(sequence(smallInteger(2))));

const otherwise: readonly (readonly [what: string, reply: Reply, says: string])[] = [
  ["no nonce", () => timestampReply(signature, signedAt), "its nonce is not the one"],
  ["another nonce", () => timestampReply(signature, signedAt, Buffer.from([5])), "its nonce is not the one"],
  ["another signature", (query) => timestampReply(Buffer.alloc(9), signedAt, nonceOf(query)), "another signature"],
  ["a damaged signature", (query) => damaged(timestampReply(signature, signedAt, nonceOf(query))), "did not make it"],
  ["a rejection", () => rejection, "has no timestamp: status 2"],
  ["a page", () => Buffer.from("<html>"), "no DER"],
  ["nothing", () => Buffer.alloc(0), "no DER"],
  ["too much", () => Buffer.alloc(1 << 20), "answers more than 15360 bytes"],
  ["a time before its certificate", (query) => timestampReply(signature, 1000, nonceOf(query)), "is valid only from"],
];

for (const [what, reply, says] of otherwise) {
  test(`an answer with ${what} is refused`, async (context) => {
    const url = await replying(context, reply);
    await assert.rejects(askAuthority(url, signature), (error) => {
      assertRefusal(error, "SLW-TIMESTAMP", url);
      assertRefusal(error, "SLW-TIMESTAMP", says);
      return true;
    });
  });
}

const unanswered: readonly (readonly [what: string, answer: RequestListener, says: string])[] = [
  ["another status", (_, response) => response.writeHead(503).end(), "answers 503"],
  ["a redirect", (_, response) => response.writeHead(302, { location: "/" }).end(), "answers 302"],
  ["a lost connection", (request) => request.socket.destroy(), "cannot be asked ("],
  ["silence", () => undefined, "gave no whole answer within 0.2 s"],
  ["an answer that never ends", (_, response) => response.write("0"), "gave no whole answer within 0.2 s"],
];

for (const [what, answer, says] of unanswered) {
  test(`${what} is told by the authority's address`, async (context) => {
    const url = await authority(context, (request, response) => void answer(request, response));
    await assert.rejects(askAuthority(url, signature, 200), (error) => {
      assertRefusal(error, "SLW-TIMESTAMP", url);
      assertRefusal(error, "SLW-TIMESTAMP", says);
      return true;
    });
  });
}

test("a port of another service is not asked", async () => {
  await assert.rejects(
    askAuthority("http://127.0.0.1:9/", signature),
    (error) => assertRefusal(error, "SLW-TIMESTAMP", "cannot be asked (bad port)") !== undefined,
  );
});

test("an authority is an http or https address", () => {
  assert.equal(authorityUrl("http://tsa.example"), "http://tsa.example/");
  for (const given of ["tsa.example", "ftp://tsa.example", "https://ada:secret@tsa.example"]) {
    assert.throws(
      () => authorityUrl(given),
      (error) => !assertRefusal(error, "SLW-COMMAND", "--authority").message.includes("secret"),
    );
  }
});

/** With a bit of the authority's signature turned, which is at the end. */
function damaged(reply: Buffer): Buffer {
  reply[reply.length - 20] = (reply[reply.length - 20] ?? 0) ^ 1;
  return reply;
}
