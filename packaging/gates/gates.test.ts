import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { SlipwayError } from "../errors.ts";
import { promotion } from "./__fixtures__/promotion.ts";
import type { PromotionFacts } from "./facts.ts";
import { gates, objectionOf, refuseByGates } from "./gates.ts";

const bad: PromotionFacts = {
  ...promotion,
  version: "1.3.0",
  folder: "1.3.0+0123456789ab",
  listed: null,
  artifacts: promotion.artifacts.slice(0, 1).map((artifact) => ({ ...artifact, size: 99_000, found: null })),
  signatures: { ...promotion.signatures, found: [] },
  governance: { ...promotion.governance, entry: null },
};

function refused(...promotions: PromotionFacts[]): SlipwayError {
  try {
    refuseByGates(...promotions);
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  return assert.fail("expected a refusal");
}

test("nothing is wrong with a good promotion, of one product or of several", () => {
  refuseByGates(promotion);
  refuseByGates(promotion, { ...promotion, stage: "candidate" });
  refuseByGates();
});

test("all objections are told at once, each with the code of the gates, in their order", () => {
  const { code, mistakes, message } = refused(bad);
  assert.equal(code, "SLW-GATE");
  assert.deepEqual(
    mistakes.map((mistake) => mistake.message),
    gates.map((gate) => gate.check(bad)),
    "each gate objects to something in these facts",
  );
  assert.ok(message.endsWith(`[SLW-GATE]\n${gates.length} mistakes; nothing was built or written.`), message);
});

test("the objections to several products come together", () => {
  const unlisted = (product: string) => ({ ...promotion, product, listed: null, governance: bad.governance });
  const messages = refused(unlisted("runtime"), unlisted("agent")).mistakes.map((mistake) => mistake.message);
  assert.deepEqual(
    messages.map((message) => /(?:runtime|agent) 1\.4\.1/.exec(message)?.[0]),
    ["runtime 1.4.1", "runtime 1.4.1", "agent 1.4.1", "agent 1.4.1"],
  );
});

test("a gate is asked at its stages only", () => {
  const asked = gates.filter((gate) => objectionOf(gate, { ...bad, stage: "candidate" }) !== undefined);
  assert.deepEqual(
    asked.map(({ name }) => name),
    ["finished-build", "version-not-lower", "every-target", "size-growth"],
  );
});

test("each file of a gate is in the list, under its own name", () => {
  const others = ["facts", "gate", "gates", "governance-log", "log-entry", "log-sections", "read-facts"];
  const files = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map(({ name }) => name.replace(/\.ts$/, ""));
  assert.deepEqual(files.filter((name) => !others.includes(name)).sort(), gates.map(({ name }) => name).sort());
});
