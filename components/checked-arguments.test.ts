import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { bucketArguments, publisherArguments } from "../packaging/aws-settings.ts";
import { repositoryArguments, workflowArguments } from "../packaging/github-settings.ts";
import { checkedArguments } from "./checked-arguments.ts";

const refused = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "nothing was refused";
};

test("arguments come back with their defaults, and values that a program knows later are let through", () => {
  const bucket = checkedArguments(bucketArguments, { bucket: "team-releases", region: "eu-central-1" }, "OwnedBucket");
  assert.equal(bucket.public, "policy");
  const later = { apply: () => "an output" };
  const secrets = { CHANNEL_KEY: later };
  const given = { repository: "team/alpha", environments: { release: { secrets } } };
  const { environments } = checkedArguments(repositoryArguments, given, "OwnedRepository");
  assert.equal(environments["release"]?.secrets["CHANNEL_KEY"], later);
});

test("all mistakes are one message, by the component's and the arguments' names", () => {
  const text = refused(() =>
    checkedArguments(bucketArguments, { bucket: "A", region: "here" }, "OwnedBucket releases"),
  );
  assert.match(text, /OwnedBucket releases: bucket: expected a bucket's name/);
  assert.match(text, /OwnedBucket releases: region: expected a region such as eu-central-1, found "here"/);
  const wide = { repository: "team/alpha", environments: ["*"] };
  assert.match(
    refused(() => checkedArguments(publisherArguments, wide, "PublisherRole jobs")),
    /PublisherRole jobs: environments\.0: expected an environment/,
  );
});

test("no message shows a secret, wherever it was written by mistake", () => {
  const secret = "hunter2 is no name";
  for (const wrong of [{ secrets: secret }, { environments: { release: secret } }, { secrets: { GITHUB_A: secret } }]) {
    const text = refused(() =>
      checkedArguments(workflowArguments, { repository: "beta", ...wrong }, "WorkflowSecrets"),
    );
    assert.match(text, /WorkflowSecrets: /);
    assert.doesNotMatch(text, /hunter2/);
  }
});

test("what is no plain value is refused in a sentence, and not written out", () => {
  const given = {
    bucket: () => 1,
    region: pulumi.output("eu-central-1"),
    lock: pulumi.secret({ mode: "none", days: 1 }),
  };
  const text = refused(() => checkedArguments(bucketArguments, given, "OwnedBucket releases"));
  assert.match(text, /bucket: expected a bucket's name.*, found a function {2}\[/);
  assert.match(text, /region: expected a region.*, found an Output: give a plain value {2}\[/);
  assert.match(text, /lock: expected an object lock.*, found an Output: give a plain value {2}\[/);
  assert.match(text, /3 mistakes/);
  assert.doesNotMatch(text, /toJSON|Output<T>/);
  const other = { bucket: Promise.resolve("a"), region: 10n, public: Symbol("policy") };
  const rest = refused(() => checkedArguments(bucketArguments, other, "OwnedBucket"));
  assert.match(rest, /found a promise: await it[\s\S]*found 10n[\s\S]*found policy/);
});

test("outputs stay what they are where a value may be known later", () => {
  const provider = pulumi.output("arn");
  const given = { bucket: "team-releases", region: "here", publisher: { repository: "a", environments: [], provider } };
  const text = refused(() => checkedArguments(bucketArguments, given, "OwnedBucket"));
  assert.match(text, /region: [\s\S]*publisher\.repository: [\s\S]*publisher\.environments: /);
  assert.doesNotMatch(text, /provider: /);
});
