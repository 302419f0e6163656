import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { sha256 } from "../../packaging/digest.ts";
import { debianClient } from "../apt/debian-client.ts";
import { makeCheckout } from "../engine/checkout.ts";
import { manifestOf, writeProduct } from "../engine/product.ts";
import { devStack, succeeded } from "../engine/stack.ts";
import { faultProxy } from "./fault-proxy.ts";
import { anyCredentials, s3StandIn } from "./s3-stand-in.ts";

const bucket = "downloads";

/** A release at its record's folder, as far as a client of the bucket looks at it. */
interface Entry {
  readonly current: { readonly version: string; readonly record: { readonly path: string } };
}
interface Published {
  readonly artifacts: readonly { readonly name: string; readonly shipped: string }[];
}

test("a stack publishes into a bucket of S3, and users install from it", async (t) => {
  const server = await s3StandIn(t, bucket, { accounts: false });
  const proxy = await faultProxy(t, server.url);
  await server.publish(bucket);
  const checkout = await makeCheckout(t);
  const stack = devStack(checkout, { environment: anyCredentials });
  const url = `${server.url}/${bucket}/`;
  await stack.configure({
    bucket: `s3://${bucket}?endpoint=${proxy.url}`,
    ...{ url, archive: "team", manifests: [manifestOf("alpha")] },
  });
  const publish = (version: string) =>
    writeProduct(checkout.folder, { id: "alpha", version, targets: ["linux-x86_64"] });
  const fetched = async (path: string): Promise<Buffer> => {
    // As a page writes a link: a plain + is a blank to S3.
    const answer = await fetch(`${url}${path.replaceAll("+", "%2B")}`);
    assert.equal(answer.status, 200, path);
    return Buffer.from(await answer.arrayBuffer());
  };
  const current = async () => {
    const { current } = JSON.parse(`${await fetched("channels/alpha/dev.json")}`) as Entry;
    const { artifacts } = JSON.parse(`${await fetched(current.record.path)}`) as Published;
    const folder = dirname(current.record.path);
    return { version: current.version, artifacts: artifacts.map((one) => ({ ...one, path: `${folder}/${one.name}` })) };
  };
  const objects = () => server.objects(bucket);
  const writes = () => proxy.seen.filter(({ method }) => method !== "GET" && method !== "HEAD");
  const writtenPaths = () =>
    writes()
      .filter(({ status }) => status === 200)
      .map(({ path }) => path.slice(`/${bucket}/`.length).split("?")[0] ?? "");

  await t.test("a preview writes nothing; an update publishes; another has nothing to do", async () => {
    await publish("1.0.0");
    succeeded(await stack.preview());
    assert.deepEqual([writes(), [...(await objects())]], [[], []]);
    succeeded(await stack.up("--strict"));
    assert.equal((await current()).version.split("+")[0], "1.0.0");
    const before = await objects();
    proxy.forget();
    succeeded(await stack.up("--skip-preview", "--expect-no-changes"));
    // It asks whether it might write, which writes nothing.
    assert.ok(writes().every(({ path, status }) => path.includes("slipway-asks") && status === 404));
    assert.deepEqual([writtenPaths(), await objects()], [[], before]);
  });

  await t.test("a user installs, and downloads by a link", async () => {
    const mirror = join(checkout.scratch, "mirror");
    for (const path of ["dists/team-dev.sources", "keys/team-archive-keyring.gpg"]) {
      await mkdir(dirname(join(mirror, path)), { recursive: true });
      await writeFile(join(mirror, path), await fetched(path));
    }
    const machine = await debianClient(t, { release: "13", bucket: mirror, archive: "team" });
    await machine.aptGet("update");
    await machine.aptGet("install", "--yes", "alpha");
    assert.equal(await machine.version("alpha"), "alpha 1.0.0");
    const { artifacts } = await current();
    assert.ok(artifacts.length > 0);
    for (const { path, shipped } of artifacts) assert.equal(sha256(await fetched(path)), shipped, path);
  });

  await t.test("a new version adds to what is there, and no release is written again", async () => {
    const before = await objects();
    await publish("1.1.0");
    succeeded(await stack.up());
    assert.equal((await current()).version.split("+")[0], "1.1.0");
    const after = await objects();
    const changed = [...before].filter(([path, tag]) => after.get(path) !== tag).map(([path]) => path);
    assert.ok(changed.includes("tuf/timestamp.json"));
    assert.deepEqual(
      changed.filter((path) => /^releases\/|\/by-hash\/|^tuf\/\d/.test(path)),
      [],
    );
  });

  await t.test("what is tampered with is named by a refresh, and repaired by the next update", async () => {
    const whole = await objects();
    const path = (await current()).artifacts.find(({ name }) => name.endsWith(".deb"))?.path ?? "";
    await server.tamper(bucket, path, Buffer.from("not what was published"));
    assert.notEqual((await objects()).get(path), whole.get(path));
    const refresh = succeeded(await stack.refresh("--diff", "--skip-preview"));
    assert.ok(refresh.text.includes(`${path}: altered`), refresh.text);
    succeeded(await stack.up());
    assert.equal((await objects()).get(path), whole.get(path));
    const damaged = [...whole].filter(([key, tag]) => key.startsWith("releases/") && tag !== whole.get(key));
    assert.deepEqual(damaged, []);
  });

  await t.test("an update that dies of bad weather says so; its rerun sends only what was missing", async () => {
    await publish("1.2.0");
    proxy.forget();
    proxy.break({
      fault: { kind: "answer", status: 503, code: "SlowDown" },
      method: "PUT",
      path: /\/tuf\/\d+\.snapshot/,
    });
    const died = await stack.up();
    assert.notEqual(died.code, 0);
    assert.match(
      died.text,
      /cannot write tuf\/\d+\.snapshot\.json in the bucket s3:\/\/downloads: the service answered SlowDown, status 503 .*\[SLW-STORE\]/,
    );
    assert.match(died.text, /Run again when the service answers: only what is missing is sent/);
    assert.doesNotMatch(died.text, /^\s+at .*\.ts:\d+/m);
    assert.equal((await current()).version.split("+")[0], "1.1.0", "users see the version before");
    const sent = writtenPaths();
    const released = sent.filter((path) => path.startsWith("releases/alpha/1.2.0"));
    assert.ok(released.some((path) => path.endsWith(".deb")));
    proxy.break();
    proxy.forget();
    succeeded(await stack.up());
    assert.equal((await current()).version.split("+")[0], "1.2.0");
    const again = new Set(writtenPaths());
    assert.deepEqual(
      released.filter((path) => again.has(path)),
      [],
    );
  });
});
