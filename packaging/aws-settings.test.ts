import assert from "node:assert/strict";
import { test } from "node:test";
import { awsMistakes, awsSetting } from "./aws-settings.ts";

const aws = awsSetting.parse({ bucket: "team-releases", region: "eu-central-1" });

test("a foundation owns the bucket that it writes into", () => {
  const [mistake] = awsMistakes({ aws, bucket: "s3://other?region=eu-central-1" });
  assert.match(mistake?.message ?? "", /slipway:bucket is in other, and slipway:aws makes team-releases/);
  assert.deepEqual(mistake?.setting, ["aws", "bucket"]);
});

test("the same bucket, a folder, and no bucket of its own are as they should be", () => {
  assert.deepEqual(awsMistakes({ aws, bucket: "s3://team-releases?region=eu-central-1" }), []);
  assert.deepEqual(awsMistakes({ aws, bucket: ".slipway/bucket" }), []);
  assert.deepEqual(awsMistakes({ bucket: "s3://other" }), []);
});
