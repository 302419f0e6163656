import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { OwnedBucket, type OwnedBucketArgs } from "./owned-bucket.ts";

const registered: string[] = [];
await pulumi.runtime.setMocks({
  newResource: ({ name, type }) => {
    registered.push(type);
    return { id: name, state: {} };
  },
  call: () => ({}),
});

const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const given: OwnedBucketArgs = {
  bucket: "team-releases",
  region: "eu-central-1",
  publisher: { repository: "team/alpha", environments: ["release"], provider: pulumi.output(arn) },
};

test("who publishes is checked with all else, before anything is registered", async () => {
  const wrong = { ...given, region: "here", publisher: { repository: "alpha", environments: ["*"] } };
  assert.throws(
    () => new OwnedBucket("releases", wrong),
    ({ message }: Error) => {
      assert.match(message, /OwnedBucket releases: region: expected a region/);
      assert.match(
        message,
        /OwnedBucket releases: publisher\.repository: expected a repository: OWNER\/NAME, found "alpha"/,
      );
      assert.match(message, /OwnedBucket releases: publisher\.environments\.0: expected an environment/);
      return true;
    },
  );
  assert.throws(() => new OwnedBucket("releases", { ...given, pubic: "policy" } as OwnedBucketArgs), {
    message: /OwnedBucket releases: pubic is not an argument[\s\S]*Did you mean public\?/,
  });
  await pulumi.runtime.disconnect();
  assert.deepEqual(registered, []);
});

test("a publisher's provider may be known later", async () => {
  const { publisher } = new OwnedBucket("releases", given);
  assert.ok(publisher);
  await new Promise((resolve) => publisher.apply(resolve));
  assert.ok(registered.includes("aws:iam/role:Role"));
  assert.ok(!registered.includes("aws:iam/openIdConnectProvider:OpenIdConnectProvider"));
});
