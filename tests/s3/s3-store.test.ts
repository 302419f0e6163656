import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { sha256 } from "../../packaging/digest.ts";
import { openStore } from "../../packaging/store/open-store.ts";
import { s3Policy } from "../../packaging/store/s3/policy.ts";
import { s3Store } from "../../packaging/store/s3/s3-store.ts";
import type { Store } from "../../packaging/store/store.ts";
import { s3StandIn } from "./s3-stand-in.ts";
import { impatient, type StoreOnS3, storeOnS3 } from "./store-on-s3.ts";

const endings: (() => unknown)[] = [];
let at: StoreOnS3;
let scratch: string;
before(async () => {
  at = await storeOnS3({ after: (end) => void endings.push(end as () => unknown) });
  scratch = await mkdtemp(join(tmpdir(), "slipway-s3-"));
});
afterEach(() => {
  at.proxy.break();
  at.proxy.forget();
});
after(async () => {
  for (const end of endings.toReversed()) await end();
  await rm(scratch, { recursive: true });
});

const mebibyte = 2 ** 20;
/** Anything above 6 MiB goes in parts of the least size that S3 takes. */
const inParts = { ...impatient, singlePut: 6 * mebibyte, part: 5 * mebibyte };

/** A file whose parts all differ. */
async function largeFile(name: string, megabytes: number, seed = 0) {
  const bytes = Buffer.alloc(megabytes * mebibyte + 7);
  for (let start = 0; start < bytes.length; start += mebibyte)
    bytes.fill(`${seed}, ${start}; `, start, Math.min(start + mebibyte, bytes.length));
  const file = join(scratch, name);
  await writeFile(file, bytes);
  return { file, size: bytes.length, sha256: sha256(bytes), bytes };
}

const sentParts = () =>
  at.proxy.seen.flatMap(({ method, path }) =>
    method === "PUT" ? (/partNumber=(\d+)/.exec(path)?.[1] ?? "whole") : [],
  );

test("an object of one request is kept with its digest: it is told without reading", async () => {
  const store = at.store();
  const { file, size, sha256: digest } = await largeFile("single", 2);
  await store.create("one/file", { file, size, sha256: digest });
  at.proxy.forget();
  assert.equal(await store.keptDigest("one/file"), digest);
  assert.deepEqual(
    at.proxy.seen.map(({ method }) => method),
    ["HEAD"],
  );
});

test("an object of many parts is read back, and its digest is read, for nothing keeps it", async () => {
  const store = at.store({ policy: inParts });
  const { bytes, ...source } = await largeFile("parts", 12);
  assert.equal(await store.create("parts/whole", source), "created");
  assert.deepEqual(sentParts().sort(), ["1", "2", "3"]);
  assert.ok(
    at.proxy.seen.some(({ method, path }) => method === "GET" && path === "/downloads/parts/whole?x-id=GetObject"),
  );
  assert.equal(await store.keptDigest("parts/whole"), source.sha256);
  assert.equal(await store.create("parts/whole", source), "equal");
  assert.deepEqual(await store.stat("parts/whole"), { path: "parts/whole", size: bytes.length });
  const other = await largeFile("other", 12, 1);
  await assert.rejects(store.create("parts/whole", other), { code: "SLW-STORE-CONFLICT" });
  assert.equal(await store.replace("parts/whole", other, sha256("something else")), false);
  assert.equal(await store.digest("parts/whole"), source.sha256);
  await store.download("parts/whole", join(scratch, "copy"));
  assert.ok((await readFile(join(scratch, "copy"))).equals(bytes));
});

test("an upload that died is gone on with: what is there is not sent again, and nothing of another file is taken", async () => {
  const store = at.store({ policy: inParts });
  const source = await largeFile("died", 17);
  at.proxy.break({ fault: { kind: "answer", status: 403, code: "AccessDenied" }, method: "PUT", path: /partNumber=3/ });
  await assert.rejects(store.create("died/a", source), { code: "SLW-STORE", message: /write part 3 of died\/a/ });
  assert.equal(await store.stat("died/a"), undefined);
  at.proxy.break();
  at.proxy.forget();
  const other = await largeFile("died-other", 17, 1);
  at.proxy.break({ fault: { kind: "answer", status: 403, code: "AccessDenied" }, method: "PUT", path: /partNumber=4/ });
  await assert.rejects(store.create("died/a", other), { code: "SLW-STORE" });
  assert.ok(sentParts().includes("1"), "nothing of the other file was there");
  at.proxy.break();
  at.proxy.forget();
  assert.equal(await at.store({ policy: inParts }).create("died/a", source), "created");
  const sent = sentParts();
  assert.ok(!sent.includes("1") && sent.includes("3"), sent.join(" "));
  assert.equal(await store.digest("died/a"), source.sha256);
});

test("parts meet bad weather: the object is written, or there is none", async () => {
  const store = at.store({ policy: inParts });
  const source = await largeFile("weather", 12);
  at.proxy.break(
    { fault: { kind: "answer", status: 503, code: "SlowDown" }, path: /partNumber=1/, times: 2 },
    { fault: { kind: "cut request" }, method: "PUT", path: /partNumber=2/, times: 1 },
    { fault: { kind: "lost answer" }, method: "PUT", path: /partNumber=3/, times: 1 },
    { fault: { kind: "lost answer" }, method: "POST", path: /uploadId=/, times: 1 },
  );
  assert.equal(await store.create("weather/a", source), "created");
  assert.equal(await store.digest("weather/a"), source.sha256);
  at.proxy.break({ fault: { kind: "answer", status: 500, code: "InternalError" }, method: "POST", path: /uploadId=/ });
  await assert.rejects(store.create("weather/b", source), {
    code: "SLW-STORE",
    message: /finish the upload of weather\/b/,
  });
  assert.equal(await store.stat("weather/b"), undefined);
});

test("a listing of more than a thousand objects is whole", async () => {
  const store = at.store();
  const paths = Array.from({ length: 1005 }, (_, number) => `many/${String(number).padStart(4, "0")}`);
  for (let start = 0; start < paths.length; start += 50) {
    await Promise.all(
      paths.slice(start, start + 50).map((path) => at.server.tamper(at.bucket, path, Buffer.from("x"))),
    );
  }
  assert.deepEqual(
    (await store.list("many/")).map(({ path }) => path),
    paths,
  );
  const [first] = at.proxy.seen.filter(({ method }) => method === "GET");
  assert.match(first?.path ?? "", /list-type=2/);
  assert.equal(at.proxy.seen.length, 2);
});

test("names with + and ~ are kept, and read by those who write them as %2B and ~", async () => {
  const store = at.store();
  const path = "releases/runtime/1.0.0~rc.1+0123456789ab/runtime_1.0.0~rc.1_amd64.deb";
  await store.create(path, Buffer.from("package"));
  assert.deepEqual(await store.list("releases/runtime/1.0.0~rc.1+"), [{ path, size: 7 }]);
  await at.server.publish(at.bucket);
  const answer = await fetch(`${at.server.url}/${at.bucket}/${path.replaceAll("+", "%2B")}`);
  assert.equal(await answer.text(), "package");
});

test("what caches and browsers are told of an object follows from its path", async () => {
  const store = at.store();
  const hex = "0".repeat(64);
  const forever = "public, max-age=31536000, immutable";
  const rows = [
    ["releases/a/1.0.0/a_1.0.0_amd64.deb", "application/vnd.debian.binary-package", forever],
    ["releases/a/1.0.0/release.json", "application/json", forever],
    ["releases/a/1.0.0/SHA256SUMS", "text/plain; charset=utf-8", forever],
    ["releases/a/1.0.0/SHA256SUMS.sig/AB", "application/octet-stream", forever],
    ["releases/a/1.0.0/SHA256SUMS.asc", "application/pgp-signature", "public, max-age=60"],
    [`dists/dev/main/binary-amd64/by-hash/SHA256/${hex}`, "application/octet-stream", forever],
    ["dists/dev/main/binary-amd64/Packages", "text/plain; charset=utf-8", "public, max-age=60"],
    ["dists/dev/main/binary-amd64/Packages.gz", "application/gzip", "public, max-age=60"],
    ["dists/dev/InRelease", "text/plain; charset=utf-8", "public, max-age=60"],
    ["tuf/12.snapshot.json", "application/json", forever],
    ["tuf/timestamp.json", "application/json", "public, max-age=60"],
    [`channels/a/${hex}.dev.json`, "application/json", forever],
    ["channels/a/dev.json", "application/json", "public, max-age=60"],
    ["keys/ABCD.asc", "application/pgp-keys", "public, max-age=60"],
    ["index.html", "text/html; charset=utf-8", "public, max-age=60"],
  ] as const;
  await at.server.publish(at.bucket);
  for (const [path, type, cache] of rows) {
    await store.create(path, Buffer.from(path));
    const { headers } = await fetch(`${at.server.url}/${at.bucket}/${path}`);
    assert.deepEqual([headers.get("content-type"), headers.get("cache-control")], [type, cache], path);
  }
});

test("a publisher needs what docs/process/s3.md lists and nothing else", async (t) => {
  const server = await s3StandIn(t, "downloads");
  const page = await readFile(new URL("../../docs/process/s3.md", import.meta.url), "utf8");
  const policy = /```json\n(.*?)```/s.exec(page)?.[1]?.replaceAll("NAME", "downloads") ?? "";
  assert.match(policy, /"Statement"/);
  const open = (): Store =>
    s3Store({ bucket: "downloads", prefix: "", endpoint: server.url }, { ...s3Policy, ...inParts });
  const before = { ...process.env };
  t.after(() => Object.assign(process.env, before));
  Object.assign(process.env, await server.user("publisher", policy));
  const store = open();
  const { bytes: _, ...source } = await largeFile("published", 12);
  assert.equal(await store.create("releases/a", Buffer.from("a")), "created");
  assert.equal(await store.create("releases/large", source), "created");
  assert.equal(await store.replace("pointer", Buffer.from("1"), undefined), true);
  assert.equal(await store.replace("pointer", Buffer.from("2"), sha256("1")), true);
  assert.equal(await store.stat("absent"), undefined);
  assert.equal((await store.list("")).length, 3);
  Object.assign(
    process.env,
    await server.user("reader", policy.replace(/"s3:(?:Put|Abort)[A-Za-z]*",?/g, "").replace(/,\s*\]/g, "]")),
  );
  const reader = open();
  assert.equal(await reader.digest("releases/large"), source.sha256);
  await assert.rejects(reader.create("releases/b", Buffer.from("b")), {
    code: "SLW-STORE",
    message: /cannot write releases\/b in the bucket s3:\/\/downloads: .*403.*docs\/process\/s3\.md/s,
  });
});

test("a location opens the same bucket", async () => {
  await at.store({ prefix: "opened/" }).create("a", Buffer.from("a"));
  const [place, query] = at.location.split("?");
  assert.deepEqual(await openStore(`${place}/opened?${query}`).list(""), [{ path: "a", size: 1 }]);
});
