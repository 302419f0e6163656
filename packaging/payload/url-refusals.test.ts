import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsRows } from "../__fixtures__/refused.ts";
import { sha256 } from "../digest.ts";
import { SlipwayError } from "../errors.ts";
import { content, fetchFile, kept, newCache, scripted, type Wish } from "./__fixtures__/fetched-file.ts";
import { type FileServer, status } from "./__fixtures__/file-server.ts";

const wrong = "0".repeat(64);
// biome-ignore format: a table, one row for each refusal
const refusals: readonly (readonly [label: string, script: FileServer["script"], wish: Wish, code: string, ...says: string[]])[] = [
  ["wrong digest", [], { sha256: wrong }, "SLW-PAYLOAD-INTEGRITY", `expected SHA-256 ${wrong}, found ${sha256(content)} (1000000 bytes). Nothing was kept.`],
  ["wrong size", [], { size: 999_999 }, "SLW-PAYLOAD-INTEGRITY", "has 1000000 bytes; expected 999999"],
  ["larger than anything", [], { policy: { largest: 1000 } }, "SLW-PAYLOAD-INTEGRITY", "has more than 1000 bytes, the most that a payload may have"],
  ["not there", [status(404)], {}, "SLW-PAYLOAD-MISSING", "/file cannot be fetched: the server answered 404", "still published"],
  ["private", [status(403)], {}, "SLW-PAYLOAD-MISSING", "the server answered 403", "source: directory"],
  ["an answer that is none", [status(204)], {}, "SLW-PAYLOAD-MISSING", "the server answered 204"],
  ["a range that nobody asked for", [(response) => response.writeHead(206, { "content-range": "bytes 5-9/10" }).end("56789")], {}, "SLW-PAYLOAD-MISSING", "the server answered 206"],
  ["busy for ever", Array.from({ length: 6 }, () => status(503)), {}, "SLW-PAYLOAD-MISSING", "the server answered 503, the last of 6 times in a row"],
  ["busy for an hour", [status(429, { "retry-after": "3600" })], {}, "SLW-PAYLOAD-MISSING", "the server answered 429 and asks to wait 3600 s"],
  ["busy until a day", [status(503, { "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" })], {}, "SLW-PAYLOAD-MISSING", "the server answered 503 and asks to wait"],
  ["redirects without end", Array.from({ length: 6 }, () => status(302, { location: "/file" })), {}, "SLW-PAYLOAD-MISSING", "was redirected more than 5 times"],
  ["redirect to nowhere", [status(302)], {}, "SLW-PAYLOAD-MISSING", "redirects without saying where to"],
  ["redirect to http", [status(301, { location: "http://dl.example/file?token=hunter2" })], {}, "SLW-PAYLOAD-MISSING", "redirects to http://dl.example/file: expected an https address"],
  ["redirect to a file", [status(301, { location: "file:///etc/passwd" })], {}, "SLW-PAYLOAD-MISSING", "expected an https address"],
  ["redirect with a password", [status(301, { location: "https://ada:hunter2@dl.example/file" })], {}, "SLW-PAYLOAD-MISSING", "redirects to https://dl.example/file with a user and password"],
  ["no HTTP", [(response) => response.socket?.end("220 mail.example ESMTP\r\n")], {}, "SLW-PAYLOAD-MISSING", "cannot be fetched (HPE_"],
];
for (const [label, script, wish, code, ...says] of refusals) {
  test(`refused, and nothing is kept: ${label}`, async () => {
    const cache = newCache();
    const secret = { ...wish, cache, path: "file?token=hunter2" };
    await scripted(script, () =>
      assert.rejects(fetchFile(secret), (error) => {
        assert(error instanceof SlipwayError, String(error));
        assert.equal(error.code, code, error.message);
        for (const piece of says) assert(error.message.includes(piece), error.message);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      }),
    );
    assert.deepEqual(await kept(cache), []);
  });
}

holdsRows("addresses", 15, refusals);
