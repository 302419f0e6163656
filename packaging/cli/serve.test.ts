import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveFolder } from "./serve.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let folder = "";
let server: Awaited<ReturnType<typeof serveFolder>>;

before(async () => {
  const parent = await mkdtemp(join(tmpdir(), "slipway-serve-"));
  folder = join(parent, "bucket");
  await mkdir(join(folder, "tuf"), { recursive: true });
  await writeFile(join(parent, "secret"), "secret");
  await writeFile(join(folder, ".hidden"), "hidden");
  await writeFile(join(folder, "index.html"), "<p>page");
  await writeFile(join(folder, "empty"), "");
  await writeFile(join(folder, "tuf", "timestamp.json"), "0123456789");
  await utimes(join(folder, "tuf", "timestamp.json"), 1_700_000_000.5, 1_700_000_000.5);
  await symlink(join(parent, "secret"), join(folder, "link"));
  server = await serveFolder(folder, 0);
});

after(async () => {
  await server.close();
  await rm(join(folder, ".."), { recursive: true });
});

/** Sends the path as it is written: fetch() would tidy it up. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, headers, method, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    call.on("error", reject);
    call.end();
  });
}

test("a file, with its type, size and date", async () => {
  const { status, headers, body } = await ask("/tuf/timestamp.json?x=1");
  assert.deepEqual([status, body], [200, "0123456789"]);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["content-length"], "10");
  assert.equal(headers["last-modified"], "Tue, 14 Nov 2023 22:13:20 GMT");
  assert.equal((await ask("/")).body, "<p>page");
  assert.deepEqual([(await ask("/empty")).status, (await ask("/empty")).body], [200, ""]);
});

test("HEAD has the headers only; other methods are refused", async () => {
  const { status, headers, body } = await ask("/tuf/timestamp.json", {}, "HEAD");
  assert.deepEqual([status, headers["content-length"], body], [200, "10", ""]);
  assert.equal((await ask("/tuf/timestamp.json", {}, "PUT")).status, 405);
});

test("If-Modified-Since: 304 while the file is no newer", async () => {
  const since = (date: string): Promise<Answer> => ask("/tuf/timestamp.json", { "if-modified-since": date });
  assert.equal((await since("Tue, 14 Nov 2023 22:13:20 GMT")).status, 304);
  assert.equal((await since("Tue, 14 Nov 2023 22:13:19 GMT")).status, 200);
  assert.equal((await since("nonsense")).status, 200);
});

test("byte ranges", async () => {
  const cases: readonly (readonly [range: string, status: number, body: string, contentRange?: string])[] = [
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=7-99", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=4-2", 200, "0123456789"],
    ["bytes=0-1,3-4", 200, "0123456789"],
    ["lines=1-2", 200, "0123456789"],
  ];
  for (const [range, status, body, contentRange] of cases) {
    const found = await ask("/tuf/timestamp.json", { range });
    assert.deepEqual([found.status, found.body, found.headers["content-range"]], [status, body, contentRange], range);
  }
  const stale = { range: "bytes=7-", "if-range": "Tue, 14 Nov 2023 22:13:19 GMT" };
  assert.equal((await ask("/tuf/timestamp.json", stale)).body, "0123456789");
});

test("nothing outside the folder, and nothing hidden", async () => {
  for (const path of [
    "/../secret",
    "/tuf/../../secret",
    "/%2e%2e/secret",
    "/..%2fsecret",
    "/tuf/..%5c..%5csecret",
    "/link",
    "/.hidden",
    "/tuf",
    "/none",
    "/%zz",
    "/empty%00",
  ]) {
    const { status, body } = await ask(path);
    assert.deepEqual([status, body], [404, ""], path);
  }
});
