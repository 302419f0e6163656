import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { sha256 } from "../../packaging/digest.ts";
import { SlipwayError } from "../../packaging/errors.ts";
import { run } from "../../packaging/process.ts";
import { directoryStore } from "../../packaging/store/directory.ts";
import type { Store } from "../../packaging/store/store.ts";
import { increment } from "../../packaging/store/store-contract-child.ts";
import { machineTool } from "../tools.ts";
import type { Fault } from "./fault-proxy.ts";
import { hasty, impatient, type StoreOnS3, storeOnS3 } from "./store-on-s3.ts";

const endings: (() => unknown)[] = [];
let at: StoreOnS3;
let store: Store;
let scratch: string;
before(async () => {
  at = await storeOnS3({ after: (end) => void endings.push(end as () => unknown) });
  store = at.store({ policy: impatient });
  scratch = await mkdtemp(join(tmpdir(), "slipway-faults-"));
});
afterEach(() => at.proxy.break());
after(async () => {
  for (const end of endings.toReversed()) await end();
  await rm(scratch, { recursive: true });
});

const content = Buffer.from("what is published, and long enough to be cut in the middle");
const digest = sha256(content);
const other = Buffer.from("other bytes");

const answers: readonly Fault[] = [
  { kind: "answer", status: 500, code: "InternalError" },
  { kind: "answer", status: 503, code: "SlowDown" },
  { kind: "answer", status: 400, code: "RequestTimeout" },
];
/** Each may happen to a write that then is not done. */
const ofWrites: readonly Fault[] = [
  ...answers,
  { kind: "answer", status: 400, code: "BadDigest" },
  { kind: "answer", status: 409, code: "ConditionalRequestConflict" },
  { kind: "silence" },
  { kind: "cut request" },
];
const ofReads: readonly Fault[] = [
  ...answers,
  { kind: "silence" },
  { kind: "cut answer" },
  { kind: "half an answer" },
  { kind: "other header", name: "x-amz-checksum-sha256", value: `${"A".repeat(43)}=` },
];
/** The store that meets it. */
const meeting = ({ kind }: Fault): Store => (kind === "silence" ? at.store({ policy: hasty }) : store);
const nameOf = (fault: Fault): string => Object.values(fault).join(" ");

/** A file with the content, as an artifact is one. */
async function source(): Promise<{ readonly file: string; readonly size: number; readonly sha256: string }> {
  const file = join(scratch, "artifact");
  await writeFile(file, content);
  return { file, size: content.length, sha256: digest };
}

function refused(path: string, ...words: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.equal(error.code, "SLW-STORE");
    for (const word of [path, "s3://downloads", ...words]) {
      assert.ok(error.message.includes(word), `"${word}" is not in: ${error.message}`);
    }
    assert.doesNotMatch(error.message, /undefined|\[object|UnknownError/);
    return true;
  };
}

for (const fault of ofWrites) {
  const [path, name] = [`writes/${sha256(nameOf(fault)).slice(0, 8)}`, nameOf(fault)];
  test(`a write meets ${name}: twice, and it is written; each time, and nothing is, until a rerun`, async () => {
    const store = meeting(fault);
    at.proxy.break({ fault, method: "PUT", times: 2 });
    assert.equal(await store.create(`${path}/twice`, await source()), "created");
    at.proxy.break({ fault, method: "PUT" });
    await assert.rejects(
      store.create(`${path}/always`, await source()),
      refused(`${path}/always`, "4 times in a row", "Run again when the service answers: only what is missing is sent"),
    );
    await assert.rejects(store.replace(`${path}/pointer`, content, undefined), refused(`${path}/pointer`));
    assert.equal(await store.replace(`${path}/pointer`, content, digest), false, "nothing to replace");
    at.proxy.break();
    assert.deepEqual(await store.list(`${path}/`), [{ path: `${path}/twice`, size: content.length }]);
    at.proxy.forget();
    assert.equal(await store.create(`${path}/twice`, await source()), "equal");
    assert.equal(await store.create(`${path}/always`, await source()), "created");
    const sent = at.proxy.seen.filter(({ method }) => method === "PUT");
    assert.deepEqual(
      sent.map((one) => [one.path.split("?")[0], one.sent]),
      [[`/downloads/${path}/always`, content.length]],
    );
    for (const end of ["twice", "always"]) assert.equal(await store.digest(`${path}/${end}`), digest);
  });
}

for (const fault of ofReads) {
  test(`a read meets ${nameOf(fault)}: twice, and it gives what is there`, async () => {
    const [path, store] = ["reads/whole", meeting(fault)];
    await store.create(path, content);
    const file = join(scratch, "copy");
    for (const reading of [
      async () => Buffer.from((await store.read(path, 1000)) ?? []).equals(content),
      async () => (await store.digest(path)) === digest,
      async () => (await store.download(path, file)) && (await readFile(file)).equals(content),
    ]) {
      at.proxy.break({ fault, method: "GET", times: 2 });
      assert.ok(await reading());
    }
  });
}

for (const fault of ofReads.filter(({ kind }) => kind !== "other header" && kind !== "half an answer")) {
  test(`a read meets ${nameOf(fault)} each time: it says so, and leaves no half of a file`, async () => {
    const [path, store] = ["reads/refused", meeting(fault)];
    await store.create(path, content);
    const folder = await mkdtemp(join(scratch, "copies-"));
    await writeFile(join(folder, "copy"), "what was there before");
    at.proxy.break({ fault, method: "GET" });
    await assert.rejects(store.read(path, 1000), refused(path, "cannot read", "4 times in a row"));
    await assert.rejects(store.digest(path), refused(path));
    await assert.rejects(store.download(path, join(folder, "copy")), refused(path, "cannot download"));
    await assert.rejects(store.list("reads/"), refused("reads/", "cannot list"));
    assert.deepEqual(await readdir(folder), ["copy"]);
    assert.equal(await readFile(join(folder, "copy"), "utf8"), "what was there before");
  });
}

test("an object that never reads as what is kept of it is not copied, and its digest is that of its bytes", async () => {
  const path = "reads/damaged";
  await store.create(path, content);
  const half = content.subarray(0, content.length >> 1);
  at.proxy.break({ fault: { kind: "half an answer" }, method: "GET" });
  const file = join(scratch, "damaged");
  await assert.rejects(store.download(path, file), { code: "SLW-STORE-DAMAGED" });
  assert.equal(await store.digest(path), sha256(half));
  await assert.rejects(readFile(file), { code: "ENOENT" });
});

test("a write whose answer was lost counts once, whoever else writes", async () => {
  at.proxy.break({ fault: { kind: "lost answer" }, method: "PUT", times: 1 });
  assert.equal(await store.create("lost/file", await source()), "equal");
  await store.create("lost/count", Buffer.from("0"));
  at.proxy.break(
    ...[1, 2, 3, 4].map(() => ({ fault: { kind: "lost answer" }, method: "PUT", path: /count/, times: 1 }) as const),
  );
  await Promise.all([1, 2, 3].map(() => increment(store, "lost/count", 4)));
  assert.equal(Buffer.from((await store.read("lost/count", 10)) ?? []).toString(), "12");
});

test("where each answer is lost, the object is whole or absent, and a rerun sends nothing", async () => {
  at.proxy.break({ fault: { kind: "lost answer" }, method: "PUT" });
  await assert.rejects(store.create("lost/always", await source()), refused("lost/always"));
  at.proxy.break();
  at.proxy.forget();
  assert.equal(await store.create("lost/always", await source()), "equal");
  assert.equal(at.proxy.seen.filter(({ method }) => method === "PUT").length, 0);
});

test("a wrong ETag replaces nothing: once, and it is looked at again; always, and it is said", async () => {
  const path = "etag/pointer";
  await store.create(path, content);
  const fault = { kind: "other header", name: "etag", value: '"0123456789abcdef0123456789abcdef"' } as const;
  at.proxy.break({ fault });
  await assert.rejects(store.replace(path, other, digest), refused(path, "Run again"));
  assert.equal(await store.digest(path), digest);
  at.proxy.break({ fault, times: 1 });
  assert.equal(await store.replace(path, other, digest), true);
  assert.equal(await store.digest(path), sha256(other));
});

test("what cannot pass is said at once, with what to do", async () => {
  const rows = [
    [403, "AccessDenied", "lack a permission"],
    [403, "SignatureDoesNotMatch", "Renew the credentials"],
    [400, "ExpiredToken", "Renew the credentials"],
    [403, "RequestTimeTooSkewed", "clock"],
    [404, "NoSuchBucket", "Make the bucket first"],
    [301, "PermanentRedirect", "another region"],
    [400, "InvalidRequest", "Nothing was written under this name"],
  ] as const;
  for (const [status, code, hint] of rows) {
    at.proxy.break({ fault: { kind: "answer", status, code } });
    at.proxy.forget();
    await assert.rejects(store.replace("said/a", content, undefined), refused("said/a", code, `${status}`, hint));
    assert.equal(at.proxy.seen.length, 1, code);
  }
  at.proxy.break({ fault: { kind: "answer", status: 403, code: "AccessDenied" } });
  await assert.rejects(store.stat("said/a"), refused("said/a", "status 403", "lack a permission"));
});

test("credentials that are nowhere to be had are asked for", async () => {
  const another = at.store({ policy: impatient });
  const keys = { ...process.env };
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) delete process.env[name];
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  try {
    await assert.rejects(another.stat("a"), refused("a", "AWS_PROFILE"));
  } finally {
    Object.assign(process.env, keys);
    delete process.env["AWS_EC2_METADATA_DISABLED"];
  }
});

test("a full disk leaves no half of a copy, and says what is full", async (t) => {
  const folder = join(scratch, "full");
  await mkdir(folder);
  await run({ file: machineTool("mount", "mount"), args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder] });
  t.after(() => run({ file: machineTool("umount", "mount"), args: [folder] }));
  const large = Buffer.alloc(200_000, "x");
  await store.create("full/large", large);
  await assert.rejects(
    store.download("full/large", join(folder, "large")),
    refused("full/large", "ENOSPC", "Make room"),
  );
  assert.deepEqual(await readdir(folder), []);
  const bucket = directoryStore(folder);
  await assert.rejects(bucket.create("full/large", large), {
    code: "SLW-STORE",
    message: /full\/large.*ENOSPC.*Make room/s,
  });
  assert.deepEqual(await bucket.list(""), []);
});
