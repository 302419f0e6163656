import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { publisherPolicy } from "../../packaging/aws/publisher-policy.ts";
import { SlipwayError } from "../../packaging/errors.ts";
import { askBucket } from "../../packaging/preflight/ask-bucket.ts";
import { writtenPaths } from "../../packaging/preflight/written-paths.ts";
import { openStore } from "../../packaging/store/open-store.ts";
import { askWrite } from "../../packaging/store/s3/ask-write.ts";
import { S3Bucket } from "../../packaging/store/s3/bucket.ts";
import { s3Policy } from "../../packaging/store/s3/policy.ts";
import { faultProxy } from "./fault-proxy.ts";
import { anyCredentials, type Credentials, s3StandIn } from "./s3-stand-in.ts";
import { impatient } from "./store-on-s3.ts";

const bucket = "downloads";
const arn = `arn:aws:s3:::${bucket}`;
const allow = (action: string | readonly string[], resource: string) => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
});
const policy = (...Statement: readonly unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const reads = [allow("s3:ListBucket", arn), allow("s3:GetObject", `${arn}/*`)];

function actAs(t: TestContext, credentials: Credentials): void {
  const before = { ...process.env };
  Object.assign(process.env, credentials);
  t.after(() => {
    for (const name of Object.keys(credentials)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

test("whether a run may write is answered by what its policy says, for all that its stage writes, and nothing is written", async (t) => {
  const server = await s3StandIn(t, bucket);
  const written = async (stage: "candidate" | "dev", prefix = "", writing = true) => {
    const location = `s3://${bucket}${prefix}?endpoint=${server.url}`;
    const answers = await askBucket({ location, writes: writtenPaths({ stage }) }, openStore(location), [], writing);
    return answers.slice(1).map(({ ok, answer, hint }) => ({ ok, answer, hint }));
  };
  await t.test("the publisher of a foundation, who may not touch its trust", async (t) => {
    actAs(t, await server.user("publisher", publisherPolicy(arn)));
    assert.deepEqual(await written("candidate"), [
      { ok: true, answer: "yes: releases/*, channels/*, tuf/*, dists/*, *.html", hint: undefined },
    ]);
    const [dev] = await written("dev");
    assert.match(
      dev?.answer ?? "",
      /^no, not tuf\/\*\.root\.json, tuf\/\*\.targets\.json, keys\/\*: cannot write tuf\/slipway-asks\.root\.json in /,
    );
  });
  await t.test("somebody who may only read: an update is refused, a preview does not ask", async (t) => {
    actAs(t, await server.user("reader", policy(...reads)));
    const [answer, ...more] = await written("candidate");
    assert.equal(answer?.ok, false);
    assert.match(answer?.answer ?? "", /^no, not releases\/\*, channels\/\*, tuf\/\*, dists\/\*, \*\.html: .*403/);
    assert.match(answer?.hint ?? "", /docs\/process\/s3\.md lists what is needed/);
    assert.deepEqual([more, await written("candidate", "", false)], [[], []]);
  });
  await t.test("somebody who may write one folder of the bucket", async (t) => {
    actAs(t, await server.user("folder", policy(...reads, allow("s3:PutObject", `${arn}/team/*`))));
    assert.equal((await written("candidate", "/team"))[0]?.ok, true);
    assert.equal((await written("candidate", "/other"))[0]?.ok, false);
  });
  assert.deepEqual([...(await server.objects(bucket))], []);
});

test("a question that meets bad weather is asked again; a service that compares checksums alone is as good", async (t) => {
  const server = await s3StandIn(t, bucket, { accounts: false });
  const proxy = await faultProxy(t, server.url);
  actAs(t, anyCredentials);
  const asked = new S3Bucket({ bucket, prefix: "", endpoint: proxy.url }, { ...s3Policy, ...impatient });
  proxy.break({ fault: { kind: "answer", status: 503, code: "SlowDown" }, times: 2 });
  await askWrite(asked, "releases/slipway-asks");
  proxy.forget();
  proxy.break({ fault: { kind: "answer", status: 400, code: "BadDigest" } });
  await askWrite(asked, "releases/slipway-asks");
  assert.deepEqual(
    proxy.seen.map(({ status }) => status),
    [400],
  );
  assert.deepEqual([...(await server.objects(bucket))], []);
});

test("a service that writes whatever the condition says is refused, by the name of what it wrote", async (t) => {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      taken.push(`${request.method} ${request.url?.split("?")[0]}`);
      response.writeHead(200, { etag: '"1"' }).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => void server.close().closeAllConnections());
  actAs(t, anyCredentials);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await assert.rejects(
    askWrite(new S3Bucket({ bucket, prefix: "", endpoint }, s3Policy), "tuf/slipway-asks"),
    (error) =>
      error instanceof SlipwayError &&
      /tuf\/slipway-asks was written into the bucket s3:\/\/downloads under a condition that does not hold/.test(
        error.message,
      ) &&
      /Remove tuf\/slipway-asks there/.test(error.message),
  );
  assert.deepEqual(taken, ["PUT /downloads/tuf/slipway-asks"]);
});
