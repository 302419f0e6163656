import assert from "node:assert/strict";
import { test } from "node:test";
import { awsMistakes, awsSetting } from "./aws-settings.ts";
import { githubSetting } from "./github-settings.ts";

const aws = awsSetting.parse({ bucket: "team-releases", region: "eu-central-1" });

test("a foundation owns the bucket that it writes into", () => {
  const [mistake] = awsMistakes({ aws, bucket: "s3://other?region=eu-central-1" });
  assert.match(mistake?.message ?? "", /slipway:bucket is in other, and slipway:aws makes team-releases/);
  assert.deepEqual(mistake?.setting, ["aws", "bucket"]);
});

test("its policies are about what lies in it, and in its region", () => {
  const said = (bucket: string) => awsMistakes({ aws, bucket }).map(({ message }) => message);
  assert.match(said("s3://team-releases/team").join(), /is the folder team of team-releases/);
  assert.match(said("s3://team-releases?region=us-east-1").join(), /in the region us-east-1, and .* in eu-central-1/);
});

test("a publisher is an environment that branches are named for", () => {
  const publisher = { repository: "team/alpha", environments: ["candidate", "release"] };
  const at = { aws: { ...aws, publisher }, bucket: "s3://team-releases" };
  const environments = { release: { branches: ["main"] }, candidate: {} };
  const github = githubSetting.parse({ repository: "team/alpha", environments });
  const said = (given: Partial<Parameters<typeof awsMistakes>[0]>) =>
    awsMistakes({ ...at, ...given }).map(({ message }) => message);
  assert.match(said({ github }).join(), /gives candidate of team\/alpha no branches/);
  assert.match(said({}).join(), /gives candidate, release of/);
  assert.match(said({ github: { ...github, repository: "other/alpha" } }).join(), /gives candidate, release of/);
  const both = githubSetting.parse({
    repository: "team/alpha",
    environments: { release: { branches: ["main"] }, candidate: { branches: ["main"] } },
  });
  assert.deepEqual(said({ github: both }), []);
});

test("the same bucket, a folder, and no bucket of its own are as they should be", () => {
  assert.deepEqual(awsMistakes({ aws, bucket: "s3://team-releases?region=eu-central-1" }), []);
  assert.deepEqual(awsMistakes({ aws, bucket: ".slipway/bucket" }), []);
  assert.deepEqual(awsMistakes({ bucket: "s3://other" }), []);
});
