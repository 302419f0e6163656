import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { converse } from "./conversation.ts";
import { SlipwayError } from "./errors.ts";
import { baseEnvironment, run, runOnTerminal } from "./process.ts";

const node = process.execPath;
const script = (source: string) => ({ file: node, args: ["-e", source] });

async function refused(promise: Promise<unknown>): Promise<SlipwayError> {
  const error = await promise.then(
    () => assert.fail("expected a refusal"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SlipwayError, String(error));
  return error;
}

test("gives output, and standard input to the program", async () => {
  const echo = "process.stdin.on('data', (chunk) => process.stdout.write(String(chunk).toUpperCase()))";
  assert.deepEqual(await run({ ...script(echo), input: "secret things\n" }), {
    exitCode: 0,
    stdout: "SECRET THINGS",
    stderr: "",
  });
});

test("a program without input reads an empty one and does not wait", async () => {
  const count = "let n = 0; process.stdin.on('data', (c) => { n += c.length }).on('end', () => console.log(n))";
  assert.equal((await run({ ...script(count), timeoutSeconds: 20 })).stdout, "0");
});

test("a failure names command, exit code and the last lines of standard error, and no other", async () => {
  const noisy = "for (let i = 1; i <= 40; i++) console.error('line ' + i); process.exitCode = 3";
  const error = await refused(run({ ...script(noisy), code: "SLW-KEY" }));
  assert.equal(error.code, "SLW-KEY");
  assert.match(error.message, /^node -e .* ended with exit code 3\. {2}\[SLW-KEY\]\n/);
  assert.match(error.message, /\n {4}line 40$/);
  assert.doesNotMatch(error.message, /\n {4}line 28\n/);
});

test("accepted exit codes are results", async () => {
  assert.equal((await run({ ...script("process.exitCode = 1"), accept: [0, 1] })).exitCode, 1);
  await refused(run({ ...script(""), accept: [1] }));
});

test("a missing program is one sentence and how to get it", async () => {
  const error = await refused(run({ file: "no-such-tool", installHint: "Install it with: apt install no-such" }));
  assert.equal(
    error.message,
    "no-such-tool is needed and was not found.  [SLW-TOOL-MISSING]\n    Install it with: apt install no-such",
  );
});

test("a missing working folder is not blamed on the program", async () => {
  const error = await refused(run({ ...script(""), folder: join(tmpdir(), "slipway-no-such-folder") }));
  assert.equal(error.code, "SLW-BUILD");
  assert.match(error.message, /slipway-no-such-folder/);
});

test("a program that takes too long is stopped", async () => {
  const error = await refused(run({ ...script("setInterval(() => {}, 1000)"), timeoutSeconds: 0.5 }));
  assert.match(error.message, /was stopped after 0\.5 s/);
});

test("secrets stay out of arguments and out of error texts", async () => {
  const leaking = "process.stdin.on('data', (c) => { console.error('bad key ' + c); process.exitCode = 1 })";
  const error = await refused(run({ ...script(leaking), input: "hunter2", secrets: ["hunter2"] }));
  assert.match(error.message, /bad key \[secret\]/);
  await assert.rejects(run({ file: node, args: ["-p", "'hunter2'"], secrets: ["hunter2"] }), /standard input/);
});

test("the environment is the same few variables everywhere", async () => {
  const given = {
    Path: "p",
    HOME: "h",
    TZ: "Asia/Tokyo",
    LANG: "de_DE",
    NODE_OPTIONS: "--x",
    AWS_SECRET_ACCESS_KEY: "s",
  };
  assert.deepEqual(baseEnvironment(given), { TZ: "UTC", LC_ALL: "C.UTF-8", Path: "p", HOME: "h" });
  Object.assign(process.env, { SLIPWAY_TEST_LEAK: "1" });
  const seen = await run({ ...script("console.log(JSON.stringify(process.env))"), environment: { EXTRA: "2" } });
  Reflect.deleteProperty(process.env, "SLIPWAY_TEST_LEAK");
  const variables = new Map(Object.entries(JSON.parse(seen.stdout) as object));
  assert.equal(variables.get("EXTRA"), "2");
  assert.equal(variables.get("TZ"), "UTC");
  assert.equal(variables.has("SLIPWAY_TEST_LEAK"), false);
});

test("a conversation is line by line, and ends when standard input is closed", async () => {
  const program =
    "const r = require('readline').createInterface(process.stdin); r.on('line', (l) => console.log(l + '!'))";
  const talk = converse(script(program));
  talk.send("one");
  const heard: string[] = [];
  for await (const line of talk.lines) {
    heard.push(line);
    if (heard.length === 1) talk.send("two");
    else talk.close();
  }
  assert.deepEqual(heard, ["one!", "two!"]);
  assert.equal((await talk.finished).exitCode, 0);
});

test("a conversation partner that dies is reported, also to one who goes on talking", async () => {
  const talk = converse(script("console.error('out of paper'); process.exitCode = 5"));
  for await (const line of talk.lines) assert.fail(line);
  talk.send("x".repeat(1 << 20));
  const error = await refused(talk.finished);
  assert.match(error.message, /exit code 5\.[\s\S]*out of paper/);
});

test("a killed conversation partner is reported by the signal's name", {
  skip: process.platform === "win32",
}, async () => {
  const talk = converse(script("setInterval(() => {}, 1000)"));
  talk.kill();
  assert.match((await refused(talk.finished)).message, /was ended by SIGKILL/);
});

test("on the terminal: the exit code is a result, 128 where a signal ended it; a missing program is a refusal", async () => {
  assert.equal(await runOnTerminal(script("process.exitCode = 3")), 3);
  assert.equal(await runOnTerminal(script("process.kill(process.pid, 'SIGKILL')")), 128);
  assert.equal((await refused(runOnTerminal({ file: "no-such-tool" }))).code, "SLW-TOOL-MISSING");
});

test("on the terminal: the program prints there, and is given the time to end in its own way", async () => {
  // It ends itself with a code of its own once it is asked to; whoever waits for it gets that code.
  const patient = `
    process.on("SIGTERM", () => { console.log("ended in its own way"); process.exit(7); });
    setInterval(() => {}, 1000);
    process.kill(process.ppid, "SIGTERM");`;
  const waiting = `
    const { runOnTerminal } = await import(${JSON.stringify(new URL("./process.ts", import.meta.url).href)});
    process.exitCode = await runOnTerminal({ file: process.execPath, args: ["-e", ${JSON.stringify(patient)}] });`;
  const ended = await run({ file: node, args: ["--input-type=module", "-e", waiting], accept: [7] });
  assert.equal(ended.stdout, "ended in its own way");
});
