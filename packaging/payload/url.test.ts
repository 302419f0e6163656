import assert from "node:assert/strict";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gzipSync } from "node:zlib";
import { sha256 } from "../digest.ts";
import { content, fetchFile, kept, newCache, refused, root, scripted, server } from "./__fixtures__/fetched-file.ts";
import { certificate, cutAfter, type FileServer, serveFile, status, zerosFrom } from "./__fixtures__/file-server.ts";
import { tar } from "./archives/__fixtures__/tar-bytes.ts";
import { fetchPayload } from "./payload.ts";

test("a file is fetched once, by digest: another address of it needs no network", async () => {
  const cache = newCache();
  assert.deepEqual(await scripted([], () => fetchFile({ cache })), ["GET /file"]);
  const again = await scripted([], async () =>
    assert.deepEqual(await fetchFile({ cache, path: "elsewhere" }), content),
  );
  assert.deepEqual(again, []);
  assert.equal((await kept(cache)).length, 2, "the file and its index");
});

test("a damaged copy in the cache is fetched again", async () => {
  const cache = newCache();
  await fetchFile({ cache });
  const [file = ""] = (await kept(cache)).filter((it) => it.endsWith("content"));
  await writeFile(file, "other bytes");
  assert.deepEqual(await fetchFile({ cache }), content);
});

test("a connection that is cut is gone on with where it ended", async () => {
  const requests = await scripted([cutAfter(server, 400_000), cutAfter(server, 300_000)], async () => {
    assert.deepEqual(await fetchFile(), content);
  });
  assert.deepEqual(requests, ["GET /file", "GET /file bytes=...", "GET /file bytes=..."]);
});

test("what another process had fetched before it was killed is gone on with", async () => {
  const cache = newCache();
  const script = [cutAfter(server, 400_000), ...Array.from({ length: 5 }, () => status(503))];
  await scripted(script, () =>
    refused(fetchFile({ cache }), "SLW-PAYLOAD-MISSING", "answered 503, the last of 6 times in a row", " MB are kept"),
  );
  const lines: string[] = [];
  const requests = await scripted([], () => fetchFile({ cache, progress: (line) => lines.push(line) }));
  assert.deepEqual(requests, ["GET /file bytes=..."]);
  assert.match(lines[0] ?? "", /^fetching file from 127\.0\.0\.1:\d+, from 0\.\d MB on$/);
});

test("all bytes that came before a kill need no other request", async () => {
  const cache = newCache();
  await scripted([cutAfter(server, 400_000), status(404)], () => assert.rejects(fetchFile({ cache })));
  const [partial = ""] = (await kept(cache)).filter((it) => it.endsWith("partial"));
  await writeFile(partial, content);
  assert.deepEqual(await scripted([], () => fetchFile({ cache })), []);
});

const cut = () => cutAfter(server, 400_000);
// biome-ignore format: a table, one row for each server
const odd: readonly (readonly [label: string, script: FileServer["script"], requests: readonly string[]])[] = [
  ["one that ignores ranges", [cut(), (response) => response.end(content)], ["GET /file", "GET /file bytes=..."]],
  ["one that sends another range", [cut(), zerosFrom(server, () => ({ "content-range": "bytes 0-999999/1000000", etag: '"first"' }))], ["GET /file", "GET /file bytes=...", "GET /file"]],
  ["one whose object changed and who ignores If-Range", [cut(), zerosFrom(server, (from) => ({ "content-range": `bytes ${from}-999999/1000000`, etag: '"second"' }))], ["GET /file", "GET /file bytes=...", "GET /file"]],
  ["one whose object grew", [cut(), zerosFrom(server, (from) => ({ "content-range": `bytes ${from}-1999999/2000000`, etag: '"first"' }))], ["GET /file", "GET /file bytes=...", "GET /file"]],
  ["one whose object shrank", [cut(), status(416)], ["GET /file", "GET /file bytes=...", "GET /file"]],
  ["one with weak validators only", [cutAfter(server, 400_000, { etag: 'W/"first"' })], ["GET /file", "GET /file"]],
  ["one that is busy", [status(503), status(429, { "retry-after": "0" }), status(500)], ["GET /file", "GET /file", "GET /file", "GET /file"]],
  ["one whose pieces do not fit", [cut(), zerosFrom(server, (from) => ({ "content-range": `bytes ${from}-999999/1000000`, etag: '"first"' }))], ["GET /file", "GET /file bytes=...", "GET /file"]],
  ["one that redirects", [status(302, { location: "/other" }), status(307, { location: `${server.url}third` })], ["GET /file", "GET /other", "GET /third"]],
];
for (const [label, script, expected] of odd) {
  test(`the file comes whole from ${label}`, async () => {
    const requests = await scripted(script, async () => assert.deepEqual(await fetchFile(), content));
    assert.deepEqual(requests, expected);
  });
}

const silent: readonly FileServer["script"][number][] = [
  () => {},
  (response) => response.writeHead(200, { etag: '"first"' }).write(content.subarray(0, 1000)),
];
for (const answer of silent) {
  test(`silence ends a connection, ${silent.indexOf(answer) === 0 ? "before" : "in the middle of"} its answer`, async () => {
    const lines: string[] = [];
    const requests = await scripted([answer], async () => {
      assert.deepEqual(await fetchFile({ policy: { idleMs: 150 }, progress: (line) => lines.push(line) }), content);
    });
    assert(requests.length >= 2, requests.join("\n"));
    assert(
      lines.some((line) => line.includes(": nothing came for 0.15 s; trying again")),
      lines.join("\n"),
    );
  });
}

test("a changed object with another validator is sent whole, and spliced with nothing", async () => {
  const cache = newCache();
  const before = await serveFile(content);
  before.script.push(cutAfter(before, 400_000), status(404));
  await assert.rejects(fetchFile({ cache, from: before }));
  before.bytes = Buffer.from("a new object");
  before.etag = '"second"';
  assert.equal((await fetchFile({ cache, from: before, sha256: sha256("a new object") })).toString(), "a new object");
  await refused(fetchFile({ cache, from: before }), "SLW-PAYLOAD-INTEGRITY", sha256("a new object"));
  await before.close();
});

const endless =
  (served: { count: number }): FileServer["script"][number] =>
  (response) => {
    response.writeHead(200);
    const more = () => {
      served.count += 1;
      response.write(Buffer.alloc(1 << 16), (error) => (error ? undefined : setImmediate(more)));
    };
    more();
  };

test("an endless answer ends at the limit", async () => {
  const cache = newCache();
  const sent = { count: 0 };
  await scripted([endless(sent)], () =>
    refused(fetchFile({ cache, policy: { largest: 1 << 20 } }), "SLW-PAYLOAD-INTEGRITY", "has more than 1048576 bytes"),
  );
  await scripted([endless(sent)], () =>
    refused(
      fetchFile({ cache, size: 200_000 }),
      "SLW-PAYLOAD-INTEGRITY",
      "has more than 200000 bytes; expected 200000",
    ),
  );
  assert.deepEqual(await kept(cache), []);
});

test("a size that the pinned file has not is refused from the cache too", async () => {
  const cache = newCache();
  await fetchFile({ cache });
  await refused(
    fetchFile({ cache, size: 7 }),
    "SLW-PAYLOAD-INTEGRITY",
    "has the pinned digest and 1000000 bytes",
    "Write size: 1000000",
  );
});

test("an object that changes with every request is given up", async () => {
  const cache = newCache();
  let requests = 0;
  const changing: FileServer["script"][number] = (response) => {
    requests += 1;
    response.writeHead(200, { etag: `"${requests}"`, "content-length": content.length });
    response.write(content.subarray(0, 400_000), () => response.socket?.end());
  };
  const worthwhile = 1000;
  await scripted(
    Array.from({ length: 40 }, () => changing),
    () => refused(fetchFile({ cache, policy: { worthwhile } }), "SLW-PAYLOAD-MISSING", "times in a row"),
  );
  assert(requests < 40, `${requests} requests`);
});

test("a cache that cannot be written is named as such", async () => {
  const cache = newCache();
  await mkdir(join(cache, "payloads"), { recursive: true });
  await writeFile(join(cache, "payloads", "downloads"), "a file where a folder should be");
  await scripted([], () =>
    refused(fetchFile({ cache }), "SLW-PAYLOAD-MISSING", "/file cannot be written into the cache (E"),
  );
});

test("nobody listens: a few tries, and a sentence", async () => {
  const closed = await serveFile(content);
  await closed.close();
  await refused(
    fetchFile({ from: closed }),
    "SLW-PAYLOAD-MISSING",
    "the connection was lost (ECONNREFUSED), the last of 6 times in a row",
  );
});

test("runs side by side fetch once", async () => {
  const cache = newCache();
  const requests = await scripted([], async () => {
    const all = await Promise.all([1, 2, 3].map((at) => fetchFile({ cache, path: `file-${at}` })));
    for (const bytes of all) assert.deepEqual(bytes, content);
  });
  assert.equal(requests.length, 1);
});

test("lines tell how far it is and how fast, and no query", async () => {
  const lines: string[] = [];
  await scripted([cutAfter(server, 400_000)], () =>
    fetchFile({ path: "a%20file?token=hunter2", progress: (line) => lines.push(line) }),
  );
  assert.match(lines[0] ?? "", /^fetching a file from 127\.0\.0\.1:\d+$/);
  assert(
    lines.some((line) => /^fetching a file from \S+: \d+ % of 1\.0 MB, \d+\.\d MB\/s$/.test(line)),
    lines.join("\n"),
  );
  assert(lines.some((line) => /a%20file: the connection was lost \(ECONNRESET\); trying again in 0\.0 s$/.test(line)));
  assert.doesNotMatch(lines.join("\n"), /hunter2/);
});

test("what nobody went on with for a week is swept, and what is new is not", async () => {
  const cache = newCache();
  const downloads = join(cache, "payloads", "downloads");
  for (const name of ["old", "new"]) {
    await mkdir(join(downloads, name), { recursive: true });
    await writeFile(join(downloads, name, "partial"), "half");
  }
  const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
  await utimes(join(downloads, "old", "partial"), longAgo, longAgo);
  await fetchFile({ cache });
  const left = (await kept(cache)).filter((it) => it.endsWith("partial"));
  assert.deepEqual(left, [join(downloads, "new", "partial")]);
});

test("https: a certificate that nobody vouches for is refused; a redirect down to http too", async (t) => {
  const secure = await serveFile(content, { secure: true });
  const usual = getCACertificates("default");
  t.after(async () => {
    setDefaultCACertificates(usual);
    await secure.close();
  });
  await refused(fetchFile({ from: secure }), "SLW-PAYLOAD-MISSING", "cannot be fetched (", "certificate");
  setDefaultCACertificates([...usual, certificate]);
  secure.script.push(status(302, { location: "/other" }));
  assert.deepEqual(await fetchFile({ from: secure }), content);
  assert.deepEqual(secure.requests, ["GET /file", "GET /other"]);
  secure.script.push(status(302, { location: `${server.url}file` }));
  await refused(fetchFile({ from: secure }), "SLW-PAYLOAD-MISSING", "expected an https address");
});

test("a payload of one file has its name; of an archive the files that are asked for", async () => {
  const cacheFolder = newCache();
  const context = { manifestFolder: root, cacheFolder };
  const fetched = (url: string, pin: string, from: string, more: { readonly archive?: "tar" } = {}) =>
    fetchPayload(
      { name: "linux-x86_64", binaries: [{ name: "lamp", from }], payload: { kind: "url", url, sha256: pin, ...more } },
      context,
    );
  const single = await fetched(`${server.url}v1/lamp%2B1?x=1`, sha256(content), "lamp+1");
  assert.deepEqual(
    [...single.files].map(([name, { size }]) => [name, size]),
    [["lamp+1", 1_000_000]],
  );

  const bytes = gzipSync(
    tar({ name: "lamp-1/bin/lamp", content: "program" }, { name: "lamp-1/README", content: "read" }),
  );
  const archives = await serveFile(bytes);
  const url = `${archives.url}lamp.tgz`;
  for (let run = 0; run < 2; run += 1) {
    const { files } = await fetched(url, sha256(bytes), "lamp-1/bin/lamp");
    assert.deepEqual([...files.keys()], ["lamp-1/bin/lamp"]);
    assert.equal(await readFile(files.get("lamp-1/bin/lamp")?.file ?? "", "utf8"), "program");
  }
  await archives.close();
  // The server is gone: another file of it, and the same one under a name that says nothing.
  assert.deepEqual([...(await fetched(url, sha256(bytes), "lamp-1/README")).files.keys()], ["lamp-1/README"]);
  const unnamed = await fetched(`${archives.url}download?id=5`, sha256(bytes), "lamp-1/bin/lamp", { archive: "tar" });
  assert.deepEqual([...unnamed.files.keys()], ["lamp-1/bin/lamp"]);
  await refused(
    fetched(url, sha256(bytes), "bin/lamp"),
    "SLW-PAYLOAD-MISSING",
    `There is no bin/lamp in url ${url}`,
    "Did you mean lamp-1/bin/lamp?",
  );
});
