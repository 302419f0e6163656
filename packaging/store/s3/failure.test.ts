import assert from "node:assert/strict";
import { test } from "node:test";
import { Interrupted } from "../../payload/download/interrupted.ts";
import { explained, passes, refusedByCondition } from "./failure.ts";

/** An error as AWS's client makes it of an answer. */
function answer(status: number, name: string, headers: Readonly<Record<string, string>> = {}): Error {
  return Object.assign(new Error(`what ${name} says.`), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { headers },
  });
}

const broken = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

test("what may go better the next time is tried again, and nothing else", () => {
  const again = [
    answer(500, "InternalError"),
    answer(503, "SlowDown"),
    answer(429, "TooManyRequestsException"),
    answer(400, "RequestTimeout"),
    answer(400, "BadDigest"),
    answer(409, "ConditionalRequestConflict"),
    answer(200, "SyntaxError"),
    broken("ECONNRESET"),
    broken("EPIPE"),
    new Interrupted("7 of 9 bytes came"),
    Object.assign(new Error("nothing came"), { name: "TimeoutError" }),
  ];
  for (const error of again) assert.deepEqual(passes(error), { waitMs: 0 }, String(error));
  const never = [
    answer(400, "InvalidRequest"),
    answer(403, "AccessDenied"),
    answer(404, "NoSuchBucket"),
    answer(412, "PreconditionFailed"),
    broken("ENOENT"),
    broken("ENOTFOUND"),
    new TypeError("a mistake of ours"),
    "no error",
  ];
  for (const error of never) assert.equal(passes(error), undefined, String(error));
});

test("a service that asks for time gets it", () => {
  assert.deepEqual(passes(answer(503, "SlowDown", { "retry-after": "7" })), { waitMs: 7000 });
  assert.deepEqual(passes(answer(503, "SlowDown", { "retry-after": "tomorrow" })), { waitMs: 0 });
  assert.deepEqual(passes(answer(503, "SlowDown", { "retry-after": "99999" })), { waitMs: 0 });
});

test("a condition that does not hold is told from all else", () => {
  assert.equal(refusedByCondition(answer(412, "PreconditionFailed")), true);
  assert.equal(refusedByCondition(answer(404, "NoSuchKey")), true);
  assert.equal(refusedByCondition(answer(404, "NoSuchBucket")), false);
  assert.equal(refusedByCondition(answer(409, "ConditionalRequestConflict")), false);
});

test("the sentence names the object, the reason, how often it was tried and the next step; nothing in it moves a terminal", () => {
  const said = (error: unknown, attempted = 1) =>
    explained(error, "cannot write a/b in the bucket s3://c", attempted).message;
  assert.equal(
    said(answer(503, "SlowDown"), 7),
    "cannot write a/b in the bucket s3://c: the service answered SlowDown, status 503 (what SlowDown says), 7 times in a row.  [SLW-STORE]\n" +
      "    No object is half written. Run again when the service answers: only what is missing is sent.",
  );
  assert.match(
    said(answer(403, "403")),
    /: the service answered status 403 \(what 403 says\)\. {2}\[SLW-STORE\]\n.*lack a permission/,
  );
  assert.match(said(broken("ENOTFOUND")), /: connect ENOTFOUND\. /);
  assert.match(said(answer(400, "\u001b[2J")), /answered �\[2J, status 400/);
  assert.match(said(new Error(`Region is missing`)), /set AWS_REGION/);
  assert.ok(said(answer(400, "X".repeat(10))).length < 500);
});
