import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { git, makeCheckout, repository } from "../engine/checkout.ts";
import { type Result, runIn } from "../engine/command.ts";
import { scratchFolder } from "../engine/scratch.ts";
import { runWorkflow } from "../github/run-workflow.ts";
import { s3StandIn } from "../s3/s3-stand-in.ts";
import { idTokenStandIn, standInJwt } from "./id-token-stand-in.ts";

const role = "arn:aws:iam::123456789012:role/releases-publisher";
const vars = { AWS_ROLE_ARN: role, AWS_REGION: "eu-central-1" };
const earlier = "EARLIER=step\n";

/** Runs the command as a step of a job, whose file of variables an earlier step has written to. */
async function step(t: TestContext, variables: Readonly<Record<string, string>>) {
  const folder = await scratchFolder(t);
  const file = join(folder, "set_env");
  await writeFile(file, earlier);
  await chmod(file, 0o640);
  const environment = { GITHUB_ACTIONS: "true", GITHUB_ENV: file, GITHUB_RUN_ID: "42", ...variables };
  const program = join(repository, "packaging", "cli", "main.ts");
  const result = await runIn({ folder, environment }, process.execPath, [program, "assume-role"]);
  return { result, handedOn: await readFile(file, "utf8"), mode: (await stat(file)).mode & 0o777 };
}

test("a job takes its role: a token for AWS alone, credentials that are hidden, and only later steps have them", async (t) => {
  const github = await idTokenStandIn(t);
  const { url } = await s3StandIn(t, "unused", { accounts: false });
  const aws = { ...github.variables, AWS_ENDPOINT_URL_STS: url };

  await t.test("as a step", async (t) => {
    const { result, handedOn, mode } = await step(t, { ...vars, ...aws });
    assert.equal(result.code, 0, result.text);
    assert.deepEqual(github.audiences.splice(0), ["sts.amazonaws.com"]);
    const lines =
      /^EARLIER=step\nAWS_ACCESS_KEY_ID=(\S+)\nAWS_SECRET_ACCESS_KEY=(\S+)\nAWS_SESSION_TOKEN=(\S+)\nAWS_REGION=eu-central-1\n$/;
    const [, id = "", secret = "", session = ""] = lines.exec(handedOn) ?? [];
    assert.notEqual(id, "", "what was handed on has another form");
    assert.equal(mode, 0o640);
    assertHidden(result, [standInJwt, id, secret, session]);
    assert.match(
      result.text,
      new RegExp(`^The later steps have the role ${role} until 2\\d{3}-[\\d-]+T[\\d:]+Z\\.$`, "m"),
    );
    assert.match(
      await identity(url, id),
      /<Arn>arn:aws:sts::123456789012:assumed-role\/releases-publisher\/slipway-42</,
    );
  });

  await t.test(
    "release.yml: the step that promotes has the session, also where long-lived keys are left",
    async (t) => {
      const { folder, scratch } = await makeCheckout(t);
      const sha = (await git(folder, "rev-parse", "HEAD")).trim();
      const [promote] = await runWorkflow("release.yml", {
        ...{ folder, sha, ref: "refs/heads/main", eventName: "push", event: { ref: "refs/heads/main", after: sha } },
        ...{ vars, token: "", apiUrl: "http://127.0.0.1:9", scratch: join(scratch, "run"), oidc: aws },
        secrets: { release: { AWS_ACCESS_KEY_ID: "longlived", AWS_SECRET_ACCESS_KEY: "longlived" } },
        command: (run) => (run.endsWith("assume-role") ? run : "printenv | grep ^AWS_ | cut -c 1-26 | sort"),
      });
      assert.equal(promote?.ok, true, promote?.steps.map(({ result }) => result.text).join(""));
      const seen = promote?.steps[1]?.result.stdout ?? "";
      assert.match(seen, /^AWS_ACCESS_KEY_ID=ASIA\w{4}\n/);
      assert.match(seen, /^AWS_SESSION_TOKEN=./m);
      assert.doesNotMatch(seen, /longl|AWS_ROLE_ARN/);
    },
  );

  await t.test("without a role nothing is asked or handed on", async (t) => {
    github.audiences.splice(0);
    const { result, handedOn } = await step(t, { ...aws, AWS_ROLE_ARN: "", AWS_REGION: "" });
    assert.deepEqual(
      [result.code, result.text, handedOn],
      [0, "AWS_ROLE_ARN is not set: no role is taken.\n", earlier],
    );
    assert.deepEqual(github.audiences, []);
  });
});

test("what a job lacks is said at once, before anything is asked for", async (t) => {
  const lacking = {
    AWS_ROLE_ARN: "publisher",
    GITHUB_ACTIONS: "",
    ACTIONS_ID_TOKEN_REQUEST_URL: "http://stand-in.example",
  };
  const { result, handedOn } = await step(t, lacking);
  assert.equal(result.code, 1);
  assert.equal(handedOn, earlier);
  for (const said of ['is "publisher"', "AWS_REGION is a region", "this is none", "id-token: write", "4 mistakes"]) {
    assert.ok(result.text.includes(said), `${said}\nin: ${result.text}`);
  }
  const github = await idTokenStandIn(t);
  const nowhere = await step(t, { ...vars, ...github.variables, GITHUB_ENV: join(repository, "nowhere", "set_env") });
  assert.match(nowhere.result.text, /^The file that GITHUB_ENV names cannot be written \(ENOENT\)\. {2}\[SLW-GITHUB\]/);
  assert.deepEqual(github.audiences, []);
});

test("a role that AWS does not give is a refusal without the token, and nothing is handed on", async (t) => {
  const github = await idTokenStandIn(t);
  let asked = 0;
  const sts = createServer((_, response) => {
    asked += 1;
    const message = `Not authorized to perform sts:AssumeRoleWithWebIdentity with ${standInJwt}`;
    response
      .writeHead(403, { "content-type": "text/xml" })
      .end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
  }).listen(0, "127.0.0.1");
  t.after(() => void sts.close());
  await once(sts, "listening");
  const endpoint = `http://127.0.0.1:${(sts.address() as AddressInfo).port}`;
  const denied = await step(t, { ...vars, ...github.variables, AWS_ENDPOINT_URL_STS: endpoint });
  assert.deepEqual([denied.result.code, denied.handedOn, asked], [1, earlier, 1]);
  assert.match(
    denied.result.text,
    new RegExp(
      `^The role ${role} was not taken: AccessDenied, Not authorized .* with \\*\\*\\*\\. {2}\\[SLW-KEY\\]`,
      "m",
    ),
  );
  assertHidden(denied.result, [standInJwt]);

  const unreachable = await step(t, { ...vars, ...github.variables, AWS_ENDPOINT_URL_STS: "http://127.0.0.1:9" });
  assert.match(unreachable.result.text, /was not taken: STS cannot be asked \(ECONNREFUSED\)\. {2}\[SLW-KEY\]/);
  assert.deepEqual([unreachable.result.code, unreachable.handedOn], [1, earlier]);
});

/** Each secret stands in what was printed exactly once, as the command that hides it. */
function assertHidden({ text }: Result, secrets: readonly string[]): void {
  const masks = secrets.map((secret) => `::add-mask::${secret}`);
  const others = text.split("\n").filter((line) => !masks.includes(line));
  assert.deepEqual(
    text.split("\n").filter((line) => masks.includes(line)),
    masks,
  );
  for (const secret of secrets) assert.ok(!others.some((line) => line.includes(secret)));
}

/** Whom the stand-in of STS knows by an access key. */
async function identity(url: string, accessKey: string): Promise<string> {
  const scope = `Credential=${accessKey}/20260101/us-east-1/sts/aws4_request`;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  return response.text();
}
