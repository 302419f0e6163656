import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketPolicy, type Statement } from "./bucket-policy.ts";
import { publisherPolicy, publisherTrust } from "./publisher-policy.ts";

const bucket = "arn:aws:s3:::team-releases";
const statements = (text: string): readonly Statement[] => JSON.parse(text).Statement;

test("users read objects of releases and pages, and neither list the bucket nor read the shared cache", () => {
  const allowed = statements(bucketPolicy(bucket, "everybody")).filter(({ Effect }) => Effect === "Allow");
  assert.deepEqual(
    allowed.map(({ Action, Principal }) => [Action, Principal]),
    [["s3:GetObject", "*"]],
  );
  const readable = [allowed[0]?.Resource ?? []].flat();
  assert.ok(readable.includes(`${bucket}/releases/*`));
  assert.ok(
    readable.every((path) => path.startsWith(`${bucket}/`) && path !== `${bucket}/*` && !path.includes("/cache")),
  );
});

test("behind a distribution nobody else reads", () => {
  const distribution = "arn:aws:cloudfront::123456789012:distribution/E1";
  const [read] = statements(bucketPolicy(bucket, { distribution }));
  assert.deepEqual(read?.Principal, { Service: "cloudfront.amazonaws.com" });
  assert.deepEqual(read?.Condition, { StringEquals: { "AWS:SourceArn": distribution } });
});

test("a write below releases/ has a condition, whoever writes; parts of an upload cannot have one", () => {
  const [, guard] = statements(bucketPolicy(bucket, "everybody"));
  assert.deepEqual(
    [guard?.Effect, guard?.Principal, guard?.Action, guard?.Resource],
    ["Deny", "*", "s3:PutObject", `${bucket}/releases/*`],
  );
  assert.deepEqual(guard?.Condition, {
    Null: { "s3:if-none-match": "true", "s3:if-match": "true" },
    Bool: { "s3:ObjectCreationOperation": "true" },
  });
});

test("a publisher does what the store does, deletes nothing and writes no trust", () => {
  const all = statements(publisherPolicy(bucket));
  const allowed = all.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
  assert.deepEqual(allowed.toSorted(), [
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
  ]);
  const denied = all.filter(({ Effect }) => Effect === "Deny").flatMap(({ Resource = [] }) => Resource);
  assert.deepEqual(denied, [`${bucket}/tuf/*.root.json`, `${bucket}/tuf/*.targets.json`, `${bucket}/keys/*`]);
});

test("jobs of the repository in one of the environments are the publisher, and no others", () => {
  const provider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  const [trust, ...more] = statements(publisherTrust(provider, "team/alpha", ["candidate", "release"]));
  assert.deepEqual(more, []);
  assert.deepEqual(trust?.Principal, { Federated: provider });
  assert.deepEqual(trust?.Condition, {
    StringEquals: {
      "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      "token.actions.githubusercontent.com:sub": [
        "repo:team/alpha:environment:candidate",
        "repo:team/alpha:environment:release",
      ],
    },
  });
});
