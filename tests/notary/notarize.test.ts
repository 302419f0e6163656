import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../packaging/clock.ts";
import { collect } from "../../packaging/containers/member-content.ts";
import { sha256 } from "../../packaging/digest.ts";
import { SlipwayError } from "../../packaging/errors.ts";
import { pkgJob } from "../../packaging/formats/macos/__fixtures__/job.ts";
import { writePkg } from "../../packaging/formats/macos/pkg.ts";
import { notaryEndpoints } from "../../packaging/notarization/endpoints.ts";
import { type NotarizationRequest, notarize } from "../../packaging/notarization/notarize.ts";
import { type NotaryPolicy, notaryPolicy } from "../../packaging/notarization/policy.ts";
import { signedPackage } from "./signed-package.ts";
import { type NotaryStandIn, notaryStandIn, opened, type Step, type Trouble, ticketFor } from "./stand-in.ts";

/** Like the real one, with no patience. */
const quick: NotaryPolicy = {
  ...notaryPolicy,
  answerWithin: 5_000,
  failures: 3,
  firstPause: 1,
  longestPause: 4,
  firstPoll: 5,
  longestPoll: 5,
  progressEvery: 0,
};

async function setting(t: TestContext) {
  const [standIn, pkg] = await Promise.all([notaryStandIn(t), signedPackage(t)]);
  const notes = join(pkg.folder, "notarization");
  const said: string[] = [];
  const clock = { ...systemClock };
  const run = (changed: Partial<NotarizationRequest> = {}, policy = quick) => {
    const { id, issuer, p8 } = standIn.key;
    const key = { id, issuer, source: { kind: "state", secret: p8 } } as const;
    return notarize(
      { ...pkg, key, wait: 20, ...changed },
      {
        notes,
        endpoints: notaryEndpoints({ SLIPWAY_NOTARY_URL: standIn.url }),
        policy,
        clock,
        progress: (sentence) => said.push(sentence),
      },
    );
  };
  const note = join(notes, `${pkg.sha256}.json`);
  return { standIn, pkg, notes, note, said, clock, run };
}

/** Nothing that is secret may be in what people read. */
function assertNoSecret(text: string, { key, submissions }: NotaryStandIn): void {
  const secrets = [key.p8.split("\n")[1] ?? "", "secret of the", "secret-of-the-log"];
  const ofUploads = submissions.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]);
  for (const secret of [...secrets, ...ofUploads]) assert.ok(!text.includes(secret), text);
}

async function refused(standIn: NotaryStandIn, running: Promise<unknown>, code: string): Promise<SlipwayError> {
  const error = await running.then(
    () => assert.fail("it was not refused"),
    (found: unknown) => found,
  );
  assert.ok(error instanceof SlipwayError, String(error));
  assert.equal(error.code, code, error.message);
  assertNoSecret(error.message, standIn);
  return error;
}

const withTrouble = (standIn: NotaryStandIn, at: Step, trouble: Trouble, first = 1, last = first) => {
  standIn.trouble = (step, nth) => (step === at && nth >= first && nth <= last ? trouble : undefined);
};

test("a package is submitted, uploaded in parts, waited for, and gets its ticket", async (t) => {
  const { standIn, pkg, said, note, run } = await setting(t);
  standIn.slow = 2;
  standIn.ticketSlow = 1;
  const part = Math.ceil(pkg.size / 3);
  const { submission, ticket } = await run({}, { ...quick, part });
  const [only, ...more] = standIn.submissions;
  assert.deepEqual(
    [more.length, only?.id, only?.sha256, only?.name],
    [0, submission, pkg.sha256, `courier-1.2.0.${pkg.sha256}.pkg`],
  );
  assert.ok(only?.bytes?.equals(pkg.bytes));
  assert.ok(ticket.equals(ticketFor(pkg.bytes).ticket));
  assert.equal(standIn.steps.filter((step) => step === "upload part").length, 3);
  assert.deepEqual(JSON.parse(await readFile(note, "utf8")).state, "uploaded");
  assertNoSecret(said.join("\n") + (await readFile(note, "utf8")), standIn);
  assert.match(said.join("\n"), /courier-1\.2\.0\.pkg: is submission /);
  assert.match(said.join("\n"), /66 % uploaded\n.*100 % uploaded\n/);
  assert.match(said.join("\n"), /is in progress since 0 s, and is waited for up to 20 s/);
});

test("the same bytes are submitted once, also where this machine forgot that it did", async (t) => {
  const { standIn, pkg, notes, run } = await setting(t);
  const first = await run();
  assert.deepEqual(await run(), first);
  await rm(notes, { recursive: true });
  const again = await run();
  assert.deepEqual(again, first);
  assert.equal(standIn.submissions.length, 1);
  assert.equal(standIn.steps.filter((step) => step === "upload ends").length, 1);
  assert.equal(sha256(again.ticket), sha256(ticketFor(pkg.bytes).ticket));
});

test("two runs at once make one submission", async (t) => {
  const { standIn, run } = await setting(t);
  const [one, other] = await Promise.all([run(), run()]);
  assert.deepEqual(one, other);
  assert.equal(standIn.submissions.length, 1);
});

const passing: readonly (readonly [what: string, step: Step, trouble: Trouble])[] = [
  ["a list that is busy", "history", { status: 429, retryAfter: 0 }],
  ["a submission that is busy", "submit", { status: 429 }],
  ["a broken status", "status", { status: 500 }],
  ["a lost status", "status", "cut before"],
  ["a status whose answer is lost", "status", "cut after"],
  ["a gateway in the way of the ticket", "ticket", { status: 502 }],
  ["an upload that S3 slows down", "upload begins", { status: 503 }],
  ["a part that is cut", "upload part", "cut before"],
  ["a part whose answer is lost", "upload part", "cut after"],
  ["a slow status", "status", { afterMs: 50 }],
];

for (const [what, step, trouble] of passing) {
  test(`${what} passes: it is asked again`, async (t) => {
    const { standIn, pkg, run } = await setting(t);
    withTrouble(standIn, step, trouble, 1, 2);
    await run({}, { ...quick, part: Math.ceil(pkg.size / 2) });
    assert.equal(standIn.submissions.length, 1);
    assert.ok(standIn.submissions[0]?.bytes?.equals(pkg.bytes));
  });
}

const lasting: readonly (readonly [what: string, step: Step, trouble: Trouble, says: RegExp, asked: number])[] = [
  ["a service that is down", "history", { status: 503 }, /the server answered 503, the last of 3 times/, 3],
  ["a service that wants an hour", "history", { status: 429, retryAfter: 3600 }, /asks to wait 3600 s/, 1],
  [
    "a service that says nothing of use",
    "history",
    { status: 200, body: { data: 7 } },
    /not as documented for the list/,
    1,
  ],
  ["a service that moved", "history", { status: 302 }, /answers 302 for the list/, 1],
  [
    "agreements that are not signed",
    "history",
    { status: 403, body: { errors: [{ detail: "Sign\u001b[2J it." }] } },
    /answers 403 to .*: Sign.\[2J it\./,
    1,
  ],
  [
    "a submission that is refused",
    "submit",
    { status: 422, body: { errors: [{ title: "No." }] } },
    /answers 422 for a new submission: No\./,
    1,
  ],
  ["an upload that is denied", "upload begins", { status: 403 }, /could not be uploaded to Apple's notary service/, 1],
  [
    "an upload that is always cut",
    "upload part",
    "cut before",
    /could not be uploaded to Apple's notary service \(ECONNRESET\)/,
    3,
  ],
  ["a submission that is gone", "status", { status: 404 }, /does not know submission/, 2],
  [
    "tickets that are none",
    "ticket",
    { status: 200, body: { records: [{ fields: { signedTicket: { type: "BYTES", value: "AAAA" } } }] } },
    /and not with a ticket/,
    1,
  ],
];

for (const [what, step, trouble, says, asked] of lasting) {
  test(`${what} ends the run with a sentence, and the next one goes on`, async (t) => {
    const { standIn, run } = await setting(t);
    withTrouble(standIn, step, trouble, 1, 1000);
    const { message } = await refused(standIn, run(), "SLW-NOTARY");
    assert.match(message, says);
    assert.ok(!message.includes("\u001b"));
    assert.equal(standIn.steps.filter((each) => each === step).length, asked);
    standIn.trouble = () => undefined;
    await run();
    assert.equal(standIn.submissions.length, 1);
  });
}

test("a verdict that takes too long ends the run, and the next one waits for the same submission", async (t) => {
  const { standIn, said, run } = await setting(t);
  standIn.slow = 1e9;
  const { message } = await refused(standIn, run({ wait: 1 }), "SLW-NOTARY");
  assert.match(message, /has not judged submission [0-9a-f-]{36} within 1 s; it is still in progress\./);
  assert.match(message, /Run again: it waits for the same submission, and uploads nothing\.$/);
  standIn.slow = 0;
  await run();
  assert.equal(standIn.submissions.length, 1);
  assert.equal(standIn.steps.filter((step) => step === "upload ends").length, 1);
  assert.match(said.join("\n"), /goes on with submission/);
});

const issues = [
  { severity: "warning", path: "courier.pkg/a", message: "Old.", architecture: "arm64", docUrl: null, code: null },
  {
    severity: "error",
    path: "courier.pkg/Payload/usr/local/bin/courier",
    message: "The executable does not have\nthe hardened runtime enabled.",
    architecture: "x86_64",
  },
  {
    severity: "error",
    path: "courier.pkg/\u001b[31mred",
    message: `The signature ${"x".repeat(500)}`,
    architecture: null,
  },
];

test("an invalid package names each issue, is not submitted again, and its verdict stays", async (t) => {
  const { standIn, run } = await setting(t);
  standIn.verdict = "Invalid";
  standIn.issues = issues;
  for (let times = 0; times < 2; times += 1) {
    const { message } = await refused(standIn, run(), "SLW-NOTARY");
    assert.match(message, /judges submission [0-9a-f-]{36}: Invalid\./);
    assert.deepEqual(
      message
        .split("\n")
        .slice(1, 4)
        .map((line) => line.slice(0, 120)),
      [
        "    error: courier.pkg/Payload/usr/local/bin/courier (x86_64): The executable does not have the hardened runtime enabled.",
        `    error: courier.pkg/\ufffd[31mred: The signature ${"x".repeat(200)}`,
        "    warning: courier.pkg/a (arm64): Old.",
      ].map((line) => line.slice(0, 120)),
    );
    assert.doesNotMatch(message, /x{200}/);
  }
  assert.equal(standIn.submissions.length, 1);
});

test("a log without end is told in part", async (t) => {
  const { standIn, run } = await setting(t);
  standIn.verdict = "Invalid";
  standIn.issues = Array.from({ length: 3000 }, (_, at) => ({ ...issues[1], path: `${at}` }));
  const { message } = await refused(standIn, run(), "SLW-NOTARY");
  assert.equal(message.split("\n").length, 53);
  assert.match(message, /and 2950 more/);
});

test("an invalid package without a log is told as such", async (t) => {
  const { standIn, run } = await setting(t);
  standIn.verdict = "Invalid";
  const { message } = await refused(standIn, run(), "SLW-NOTARY");
  assert.match(message, /Invalid; its log names no issue\./);
});

test("a rejection is the team's: when it is over, the package is submitted anew", async (t) => {
  const { standIn, run } = await setting(t);
  standIn.verdict = "Rejected";
  const { message } = await refused(standIn, run(), "SLW-NOTARY");
  assert.match(message, /Rejected; .*\n.*about the team/);
  const [rejected] = standIn.submissions;
  standIn.submissions.length = 0;
  standIn.verdict = "Accepted";
  await run();
  assert.notEqual(standIn.submissions[0]?.id, rejected?.id);
});

test("another key is refused by Apple, and neither it nor its token is told", async (t) => {
  const { standIn, run } = await setting(t);
  const other = await notaryStandIn(t);
  const key = { ...standIn.key, source: { kind: "state", secret: other.key.p8 } } as const;
  const { message } = await refused(standIn, run({ key }), "SLW-KEY");
  assert.match(message, /answers 401 to the App Store Connect API key 2X9R4HXF34 of issuer 57246542-/);
  assertNoSecret(message, other);
  assert.doesNotMatch(message, /eyJ/);
  assert.deepEqual(standIn.submissions, []);
});

test("what is no key of App Store Connect is refused before Apple is asked", async (t) => {
  const { standIn, run } = await setting(t);
  for (const secret of ["hunter2", standIn.key.p8.slice(0, 80)]) {
    const key = { ...standIn.key, source: { kind: "state", secret } } as const;
    const { message } = await refused(standIn, run({ key }), "SLW-KEY");
    assert.match(message, /\(a \.p8 file\) was expected in the stack's encrypted state, but it holds something else/);
    assert.ok(!message.includes(secret));
  }
  assert.deepEqual(standIn.steps, []);
});

test("a package that is not signed is refused before Apple is asked", async (t) => {
  const { standIn, pkg, run } = await setting(t);
  const bytes = await collect(writePkg(pkgJob(), { spool: join(pkg.folder, "again"), packed: () => undefined }));
  const file = join(pkg.folder, "unsigned.pkg");
  await writeFile(file, bytes);
  const { message } = await refused(standIn, run({ file, size: bytes.length, sha256: sha256(bytes) }), "SLW-NOTARY");
  assert.match(message, /has not both signatures/);
  assert.deepEqual(standIn.steps, []);
});

test("bytes that are not those of the digest are uploaded, and never put together", async (t) => {
  const { standIn, run } = await setting(t);
  const { message } = await refused(standIn, run({ sha256: "0".repeat(64) }), "SLW-NOTARY");
  assert.match(message, /it changed meanwhile/);
  assert.equal(standIn.submissions[0]?.bytes, undefined);
});

test("what another machine may be uploading is waited for; after twelve hours it is submitted anew", async (t) => {
  const { standIn, pkg, clock, run } = await setting(t);
  const elsewhere = opened(`courier-1.2.0.${pkg.sha256}.pkg`, pkg.sha256);
  standIn.submissions.push(elsewhere);
  const { message } = await refused(standIn, run({ wait: 1 }), "SLW-NOTARY");
  assert.ok(message.includes(elsewhere.id), message);
  assert.match(message, /from 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ on, a run submits anew/);
  elsewhere.created = new Date((clock.now() - 12 * 3600 - 1) * 1000);
  const { submission } = await run();
  assert.notEqual(submission, elsewhere.id);
  assert.equal(standIn.submissions.length, 2);
});

test("credentials of an upload that are too old are not used: the package is submitted anew", async (t) => {
  const { standIn, note, run } = await setting(t);
  withTrouble(standIn, "upload part", "cut before", 1, 1000);
  await refused(standIn, run(), "SLW-NOTARY");
  standIn.trouble = () => undefined;
  const noted = JSON.parse(await readFile(note, "utf8"));
  assert.equal(noted.state, "open");
  assert.equal((await stat(note)).mode & 0o777, 0o600);
  await writeFile(note, JSON.stringify({ ...noted, created: noted.created - 11 * 3600 - 1 }));
  const { submission } = await run();
  assert.deepEqual([standIn.submissions.length, standIn.submissions[1]?.id], [2, submission]);
});

test("a note that cannot be read is not written over", async (t) => {
  const { standIn, notes, note, run } = await setting(t);
  await run();
  await writeFile(note, "{}");
  const { message } = await refused(standIn, run(), "SLW-NOTARY");
  assert.match(message, /it is no note of a submission/);
  assert.equal(await readFile(note, "utf8"), "{}");
  assert.deepEqual((await readdir(notes)).length, 2);
});

for (const url of ["https://example.org", "http://127.0.0.1", "http://127.0.0.1:80/x", "http://localhost:80", "x"]) {
  test(`Apple's place is not given to ${url}`, () => {
    assert.throws(() => notaryEndpoints({ SLIPWAY_NOTARY_URL: url }), { code: "SLW-SETTINGS" });
  });
}

test("without the variable it is Apple", () => {
  const { submissions, tickets, storage } = notaryEndpoints({});
  assert.equal(submissions, "https://appstoreconnect.apple.com/notary/v2/submissions");
  assert.match(tickets, /^https:\/\/api\.apple-cloudkit\.com\/database\/1\/com\.apple\.gk\.ticket-delivery\//);
  assert.equal(storage, undefined);
});
