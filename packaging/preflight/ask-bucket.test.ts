import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { parseS3Location } from "../store/location.ts";
import { s3Store } from "../store/s3/s3-store.ts";
import { askBucket } from "./ask-bucket.ts";

/** What a service answers to a request: status, and the name of a fault. */
type Answers = (request: string) => readonly [status: number, code?: string];

/** Asks about an empty bucket of a service on loopback, and gives what it said and what it was asked. */
async function asked(t: TestContext, answers: Answers, writes: readonly string[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      const url = new URL(request.url ?? "", "http://127.0.0.1");
      const what = `${request.method} ${url.pathname}${url.searchParams.has("list-type") ? "?list" : ""}`;
      requests.push(what);
      const [status, code] = answers(what);
      response.writeHead(status, { "content-type": "application/xml", etag: '"1"' });
      const fault = code === undefined ? "<ListBucketResult/>" : `<Error><Code>${code}</Code></Error>`;
      response.end(request.method === "GET" || code !== undefined ? fault : "");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close().closeAllConnections());
  const before = { ...process.env };
  const credentials = { AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "anything" };
  Object.assign(process.env, credentials);
  t.after(() => {
    for (const name of Object.keys(credentials)) delete process.env[name];
    Object.assign(process.env, before);
  });
  const location = `s3://downloads/team?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said = await askBucket({ location, writes }, s3Store(parseS3Location(location)), [], true);
  return { said: said.map(({ ok, answer, hint }) => ({ ok, answer, hint })), requests };
}

const stat = "HEAD /downloads/team/tuf/timestamp.json";
const list = "GET /downloads/?list";
const put = (name: string) => `PUT /downloads/team/${name}/slipway-asks`;

test("a bucket that is not there is no bucket without channels, and is asked nothing more", async (t) => {
  const { said, requests } = await asked(t, (what) => (what === stat ? [404] : [404, "NoSuchBucket"]), ["tuf/*"]);
  assert.deepEqual(said, [
    {
      ok: false,
      answer: "no, the bucket downloads is not there.",
      hint: "Make it first, or correct slipway:bucket: name, endpoint and region.",
    },
  ]);
  assert.deepEqual(requests, [stat, list]);
});

test("who may not list is not told that a bucket is missing", async (t) => {
  const answers: Answers = (what) => {
    if (what === list) return [403, "AccessDenied"];
    return what === stat ? [404] : [412, "PreconditionFailed"];
  };
  const { said } = await asked(t, answers, ["tuf/*"]);
  assert.deepEqual(
    said.map(({ answer }) => answer),
    ["yes; no channel is in it yet", "yes: tuf/*"],
  );
});

test("a service that writes whatever the condition says is asked at one place alone, and the object is named", async (t) => {
  const answers: Answers = (what) => {
    if (what === put("releases")) return [403, "AccessDenied"];
    return what === stat ? [404] : [200];
  };
  const { said, requests } = await asked(t, answers, ["releases/*", "tuf/*", "channels/*", "dists/*"]);
  const [, written] = said;
  assert.equal(written?.ok, false);
  assert.match(
    written?.answer ?? "",
    /^tuf\/slipway-asks was written into the bucket \S+ under a condition that does not hold: /,
  );
  assert.match(written?.hint ?? "", /^Remove team\/tuf\/slipway-asks there, /);
  assert.deepEqual(requests, [stat, list, put("releases"), put("tuf")]);
});

test("places that may not be written are told together, in the order of the settings", async (t) => {
  const may = new Set([put("tuf"), put("dists")]);
  const answers: Answers = (what) => {
    if (what === stat) return [404];
    if (what === list) return [200];
    return may.has(what) ? [412, "PreconditionFailed"] : [403, "AccessDenied"];
  };
  const { said } = await asked(t, answers, ["releases/*", "tuf/*", "channels/*", "dists/*"]);
  assert.match(
    said[1]?.answer ?? "",
    /^no, not releases\/\*, channels\/\*: cannot write releases\/slipway-asks in .*403/,
  );
});
