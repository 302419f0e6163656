import assert from "node:assert/strict";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { refuseNewerIn } from "./exported-state.ts";
import { stateSchema } from "./state-schema.ts";

function stateOf(outputs: Readonly<Record<string, unknown>>, type = "pulumi-nodejs:dynamic/slipway:Artifact"): string {
  const urn = `urn:pulumi:dev::slipway::${type}::alpha-tar.zst`;
  const stack = { urn: "urn:pulumi:dev::slipway::pulumi:pulumi:Stack::slipway-dev", type: "pulumi:pulumi:Stack" };
  return JSON.stringify({ version: 3, deployment: { resources: [stack, { urn, type, outputs }] } });
}

const provider = (module: string): string => `exports.handler = __f0; with({ module: "${module}" }) {}`;
const refused = (sentence: RegExp) => (error: unknown) =>
  error instanceof SlipwayError && error.code === "SLW-STATE-NEWER" && sentence.test(error.message);

test("a state of this code, an empty one, and other people's resources are accepted", () => {
  refuseNewerIn(stateOf({ schema: stateSchema, __provider: provider("slipway/lifecycle/artifact") }));
  refuseNewerIn(JSON.stringify({ version: 3, deployment: {} }));
  refuseNewerIn(stateOf({ schema: stateSchema + 1 }, "aws:s3/bucket:Bucket"));
});

test("one resource that newer code wrote is enough, and is named", () => {
  assert.throws(
    () => refuseNewerIn(stateOf({ schema: stateSchema + 1 })),
    refused(/alpha-tar\.zst was written by a newer/),
  );
});

test("so is one whose provider names a module that this code lacks", () => {
  const text = stateOf({ schema: stateSchema, __provider: provider("slipway/lifecycle/of-the-future") });
  assert.throws(() => refuseNewerIn(text), refused(/provider module slipway\/lifecycle\/of-the-future, which/));
});
