import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { promotion } from "../../packaging/gates/__fixtures__/promotion.ts";
import { gates } from "../../packaging/gates/gates.ts";
import { gatePolicies, promotionType } from "./gate-policies.ts";

async function violationsOf(policy: ResourceValidationPolicy, type: string, props: Readonly<Record<string, unknown>>) {
  const violations: string[] = [];
  const validate = policy.validateResource;
  assert.ok(typeof validate === "function");
  await validate({ type, name: "runtime", props } as unknown as ResourceValidationArgs, (message) => {
    violations.push(message);
  });
  return violations;
}

test("each gate is a mandatory policy of its name", () => {
  assert.deepEqual(
    gatePolicies.map(({ name, description, enforcementLevel }) => ({ name, description, enforcementLevel })),
    gates.map(({ name, description }) => ({ name, description, enforcementLevel: "mandatory" })),
  );
});

test("a policy says what its gate says of a promotion, and nothing of other resources", async () => {
  const facts = { ...promotion, folder: "1.4.1+0123456789ab", listed: null };
  for (const [at, policy] of gatePolicies.entries()) {
    const objection = gates[at]?.check(facts);
    const said = objection === undefined ? [] : [objection];
    assert.deepEqual(await violationsOf(policy, promotionType, { facts }), said);
    assert.deepEqual(await violationsOf(policy, promotionType, { facts: promotion }), []);
    assert.deepEqual(await violationsOf(policy, "slipway:index:Channel", { facts }), []);
  }
});

test("a promotion without facts violates every policy", async () => {
  for (const policy of gatePolicies) {
    const [violation = ""] = await violationsOf(policy, promotionType, {});
    assert.match(violation, /^runtime does not carry the facts that gates look at: expected a map, found nothing/);
  }
});

test("the pack has the version of the program whose rules it is", async () => {
  const versionIn = async (file: string) =>
    (JSON.parse(await readFile(new URL(file, import.meta.url), "utf8")) as { version: string }).version;
  assert.equal(await versionIn("package.json"), await versionIn("../../package.json"));
});
