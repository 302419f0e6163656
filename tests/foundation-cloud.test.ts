import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { foundationSettings } from "./cloud/foundation.ts";
import { numberOf } from "./cloud/numbers.ts";
import { digestOfSecret } from "./cloud/stand-in-provider.ts";
import { type MadeResource, standInWorld } from "./cloud/world.ts";
import { filesBelow } from "./engine/bucket-files.ts";
import { makeCheckout } from "./engine/checkout.ts";
import { namedStack, succeeded } from "./engine/stack.ts";

const aws = {
  bucket: "team-releases",
  region: "eu-central-1",
  publisher: { repository: "team/alpha", environments: ["release"] },
  lock: { mode: "governance", days: 30 },
};
const github = {
  repository: "team/alpha",
  secrets: { PASSPHRASE: { env: "TEST_PASSPHRASE" } },
  variables: { PULUMI_BACKEND_URL: "s3://team-state" },
  environments: {
    preview: {},
    release: {
      reviewers: { users: ["ada"], teams: ["releasers"] },
      branches: ["main"],
      secrets: { SLIPWAY_CHANNEL_KEY: { env: "TEST_CHANNEL_KEY" }, INSTALLER_P12: { file: "keys/installer.p12" } },
    },
    candidate: { secrets: { SLIPWAY_CHANNEL_KEY: { env: "TEST_CHANNEL_KEY" } } },
  },
  checks: ["preview of candidate", "preview of release"],
};

test("a foundation owns the bucket on S3 and what belongs to the repository on GitHub", async (t) => {
  const checkout = await makeCheckout(t);
  const world = await standInWorld(checkout.scratch);
  const environment = {
    ...world.environment,
    GITHUB_TOKEN: "ghp_notASecretOfAnybody000000000000000000",
    TEST_PASSPHRASE: "correct horse battery staple",
    TEST_CHANNEL_KEY: "the first key",
  };
  const stack = namedStack(checkout, "foundation", { environment });
  const settings = { ...(await foundationSettings(checkout)), aws, github };
  const installer = Buffer.from([0x30, 0x82, 0xff, 0xfe, 0x00]);
  await writeFile(join(checkout.folder, "keys", "installer.p12"), installer, { mode: 0o600 });
  await stack.configure(settings);
  succeeded(await stack.pulumi("stack", "init"));

  await t.test("a secret that is not at hand is refused with all others, before anything is made", async () => {
    const without = namedStack(checkout, "foundation", {
      environment: { ...environment, TEST_PASSPHRASE: undefined, TEST_CHANNEL_KEY: "" },
    });
    const refused = await without.up();
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.text,
      /Pulumi\.foundation\.yaml:\d+:\d+ .*secret was expected in the environment variable TEST_PASSPHRASE/,
    );
    assert.match(refused.text, /TEST_CHANNEL_KEY, but it is empty[\s\S]*3 mistakes; nothing was built or written/);
    assert.deepEqual(await world.made(), []);
  });

  await t.test(
    "a preview shows all of it and makes nothing; the update makes the bucket before it writes there",
    async () => {
      const { text } = succeeded(await stack.preview("--diff"));
      for (const shown of [
        "aws:s3/bucket:Bucket",
        "github:index/repositoryRuleset:RepositoryRuleset",
        "slipway:index:WorkflowSecrets",
      ]) {
        assert.ok(text.includes(shown), text);
      }
      assert.match(text, /value +: \[secret\]/);
      assert.deepEqual(await world.made(), []);
      succeeded(await stack.up("--strict"));
      const { deployment } = await stack.exportState();
      const urns = (deployment.resources ?? []).map(({ urn }) => urn);
      const at = (ending: string) => urns.findIndex((urn) => urn.endsWith(ending));
      assert.ok(at("aws:s3/bucket:Bucket::releases") < at("slipway:Trust::bucket-trust"));
      assert.ok((await filesBelow(checkout.bucket)).has("tuf/1.root.json"));
    },
  );

  const made = await world.made();
  const one = (type: string, id?: string): MadeResource["properties"] => {
    const found = made.filter((it) => it.type === type && (id === undefined || it.id === id));
    assert.equal(found.length, 1, `${type} ${id ?? ""}`);
    return found[0]?.properties ?? {};
  };

  await t.test("the bucket keeps versions, is encrypted, locked, read by everybody and listed by nobody", () => {
    assert.equal(one("aws:s3/bucket:Bucket")["objectLockEnabled"], true);
    assert.deepEqual(one("aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration"], { status: "Enabled" });
    assert.deepEqual(one("aws:s3/bucketOwnershipControls:BucketOwnershipControls")["rule"], {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.match(
      JSON.stringify(one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")),
      /AES256/,
    );
    assert.match(
      JSON.stringify(one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")),
      /GOVERNANCE/,
    );
    const { Statement } = JSON.parse(String(one("aws:s3/bucketPolicy:BucketPolicy")["policy"]));
    assert.deepEqual(
      Statement.filter(({ Effect }: { Effect: string }) => Effect === "Allow").map(
        ({ Action }: { Action: string }) => Action,
      ),
      ["s3:GetObject"],
    );
    const rules = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"] as {
      readonly filter: { readonly prefix: string };
      readonly expiration?: unknown;
    }[];
    const expiring = rules.filter(({ expiration }) => expiration !== undefined);
    assert.deepEqual([...new Set(expiring.map(({ filter }) => filter.prefix))], ["cache/"]);
  });

  await t.test("jobs of the environment alone are the publisher, and their variables name it", () => {
    const role = one("aws:iam/role:Role");
    const trust = JSON.parse(String(role["assumeRolePolicy"]));
    assert.deepEqual(trust.Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"], [
      "repo:team/alpha:environment:release",
    ]);
    const variable = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
    assert.equal(one(variable, "alpha:release:AWS_ROLE_ARN")["value"], role["arn"]);
    assert.equal(one(variable, "alpha:release:AWS_REGION")["value"], "eu-central-1");
    assert.equal(
      one("github:index/actionsVariable:ActionsVariable", "alpha:SLIPWAY_BUCKET")["value"],
      ".slipway/bucket",
    );
  });

  await t.test("the environment has its reviewers and branches, and the checks are required", () => {
    const release = one("github:index/repositoryEnvironment:RepositoryEnvironment", "alpha:release");
    assert.deepEqual(release["reviewers"], [{ users: [numberOf("ada")], teams: [numberOf("releasers")] }]);
    assert.equal(release["canAdminsBypass"], false);
    assert.equal(release["preventSelfReview"], true);
    one(
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
      "alpha:release:main",
    );
    const { requiredStatusChecks } = one("github:index/repositoryRuleset:RepositoryRuleset")["rules"] as {
      readonly requiredStatusChecks: { readonly requiredChecks: { readonly context: string }[] };
    };
    assert.deepEqual(
      requiredStatusChecks.requiredChecks.map(({ context }) => context),
      github.checks,
    );
  });

  await t.test("secrets are what they refer to, a binary file in base64", () => {
    const secret = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
    const installed = one(secret, "alpha:release:INSTALLER_P12")["value"];
    assert.equal(installed, digestOfSecret(installer.toString("base64")));
    assert.equal(one(secret, "alpha:candidate:SLIPWAY_CHANNEL_KEY")["value"], digestOfSecret("the first key"));
    assert.equal(
      one("github:index/actionsSecret:ActionsSecret", "alpha:PASSPHRASE")["value"],
      digestOfSecret(environment.TEST_PASSPHRASE),
    );
  });

  await t.test(
    "the next update has nothing to do; a rotated key updates the secrets that hold it and no other",
    async () => {
      succeeded(await stack.preview("--expect-no-changes"));
      const rotated = namedStack(checkout, "foundation", {
        environment: { ...environment, TEST_CHANNEL_KEY: "the second key" },
      });
      const { text } = succeeded(await rotated.up("--strict"));
      assert.match(text, /~ 2 updated/);
      assert.doesNotMatch(text, /created|deleted|replaced/);
      const after = await world.made();
      const changed = after
        .filter((it, index) => JSON.stringify(it) !== JSON.stringify(made[index]))
        .map(({ id }) => id);
      assert.deepEqual(changed, ["alpha:candidate:SLIPWAY_CHANNEL_KEY", "alpha:release:SLIPWAY_CHANNEL_KEY"]);
    },
  );

  await t.test("a state of before, with fewer components and shorter names, goes on as it is", async () => {
    const state = JSON.stringify(await stack.exportState());
    const { deployment, ...rest } = JSON.parse(
      state.replaceAll("$slipway:index:PublisherRole", "").replaceAll(/(\$github:index\/\w+:\w+::)repository-/g, "$1"),
    ) as Awaited<ReturnType<typeof stack.exportState>>;
    const seen = new Set<string>();
    const resources = (deployment.resources ?? []).filter(({ urn }) => !seen.has(urn) && seen.add(urn));
    const shorter = resources.filter(({ urn }) => !state.includes(`"${urn}"`)).length;
    assert.ok(shorter >= 10, `${shorter} resources are called otherwise`);
    succeeded(await stack.importState({ ...rest, deployment: { ...deployment, resources } }));
    const rotated = { environment: { ...environment, TEST_CHANNEL_KEY: "the second key" } };
    const { text } = succeeded(await namedStack(checkout, "foundation", rotated).preview("--diff"));
    assert.match(text, /\+ 1 to create\n/);
    assert.doesNotMatch(text, /\d+ to (?:update|delete|replace)/);
  });

  await t.test("a destroy is refused, and by name deletes secrets, environments and rulesets alone", async () => {
    assert.match((await stack.destroy()).text, /protected/);
    succeeded(await stack.destroy("--exclude-protected"));
    succeeded(await stack.pulumi("state", "unprotect", "--all", "--yes"));
    succeeded(await stack.destroy());
    const left = await world.made();
    assert.deepEqual(
      left.filter(({ type }) => type.startsWith("github:")),
      [],
    );
    assert.deepEqual(
      left,
      made.filter(({ type }) => type.startsWith("aws:")),
    );
    assert.ok((await filesBelow(checkout.bucket)).has("tuf/1.root.json"));
  });
});
