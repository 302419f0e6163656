import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { OwnedRepository } from "../components/github/owned-repository.ts";
import { underFormerName } from "./former-names.ts";

await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });

/** By name: the names that the engine is asked to look for beside a resource's own. */
function formerNames(...transformations: readonly pulumi.ResourceTransformation[]): Readonly<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const note: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    const { aliases = [] } = opts;
    if (type.startsWith("github:") || aliases.length > 0) seen[name] = aliases;
    return undefined;
  };
  const secrets = { CHANNEL_KEY: "a key" };
  const environments = { release: { branches: ["main"], secrets, variables: { REGION: "here" } } };
  const given = { repository: "team/alpha", secrets, variables: { REGION: "here" }, environments, checks: ["preview"] };
  new OwnedRepository("repository", given, { transformations: [...transformations, note] });
  return seen;
}

test("a stack of ours finds what its state has under the names of before, and nothing else", () => {
  assert.deepEqual(formerNames(underFormerName("repository")), {
    "repository-release": [{ name: "release" }],
    "repository-release-main": [{ name: "release-main" }],
    "repository-CHANNEL_KEY": [{ name: "CHANNEL_KEY" }],
    "repository-REGION": [{ name: "REGION" }],
    "repository-release-CHANNEL_KEY": [{ name: "release-CHANNEL_KEY" }],
    "repository-release-REGION": [{ name: "release-REGION" }],
    repository: [],
  });
});

test("in another program nothing takes what a neighbour has", () => {
  const found = formerNames();
  assert.equal(Object.keys(found).length, 7);
  assert.deepEqual(Object.values(found).flat(), []);
});
