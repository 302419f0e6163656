import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { publisherPolicy } from "../../packaging/aws/publisher-policy.ts";
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
  assert.equal(await askWrite(asked, "releases/slipway-asks"), false);
  proxy.forget();
  proxy.break({ fault: { kind: "answer", status: 400, code: "BadDigest" } });
  assert.equal(await askWrite(asked, "releases/slipway-asks"), false);
  assert.deepEqual(
    proxy.seen.map(({ status }) => status),
    [400],
  );
  assert.deepEqual([...(await server.objects(bucket))], []);
});

test("a bucket says what it has, and one that is not there says so to whoever may list", async (t) => {
  const server = await s3StandIn(t, bucket, { accounts: false });
  actAs(t, anyCredentials);
  await server.tamper(bucket, "releases/runtime/1.0.0/release.json", new TextEncoder().encode("{}\n"));
  const releases = ["1.0.1", "1.0.0"].map((version) => ({ product: "runtime", folder: version }));
  const told = async (name: string, writing: boolean) => {
    const location = `s3://${name}?endpoint=${server.url}`;
    const answers = await askBucket({ location, writes: ["releases/*"] }, openStore(location), releases, writing);
    return answers.map(({ ok, answer }) => `${ok ? "ok" : "no"}: ${answer}`);
  };
  assert.deepEqual(await told(bucket, false), [
    "ok: yes; no channel is in it yet",
    "ok: no",
    "ok: yes, with a record of SHA-256 ca3d163bab05; an update refuses to make another of it",
  ]);
  assert.deepEqual(await told("not-there", true), ["no: no, the bucket not-there is not there."]);
});
