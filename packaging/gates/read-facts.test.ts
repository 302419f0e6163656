import assert from "node:assert/strict";
import { test } from "node:test";
import { assertRefusal } from "../__fixtures__/refused.ts";
import { firstPromotion, promotion, rollback } from "./__fixtures__/promotion.ts";
import { readFacts } from "./read-facts.ts";

test("facts survive the way through a resource", () => {
  const undecided = { ...promotion, listed: null, growth: null, governance: { ...promotion.governance, entry: null } };
  for (const facts of [promotion, firstPromotion, rollback, undecided])
    assert.deepEqual(readFacts(JSON.parse(JSON.stringify(facts)), "it"), facts);
});

for (const [name, value, says] of [
  ["nothing", undefined, "expected a map, found nothing"],
  ["a text", "facts", "expected a map, found a text"],
  ["no stage", { ...promotion, stage: undefined }, "stage: expected one of candidate, release"],
  ["another stage", { ...promotion, stage: "dev" }, 'stage: expected one of candidate, release, found "dev"'],
  ["no artifacts", { ...promotion, artifacts: undefined }, "artifacts: expected a list, found nothing"],
  [
    "what is in the bucket left out",
    { ...promotion, artifacts: [{ ...promotion.artifacts[0], found: undefined }] },
    "artifacts[0].found: ",
  ],
  ["listed left out", { ...promotion, listed: undefined }, "listed: "],
  ["an unknown key", { ...promotion, waived: true }, 'unknown key "waived"'],
  ["a record in capitals", { ...promotion, record: promotion.record.toUpperCase() }, "record: expected a SHA-256"],
] as const)
  test(`a resource that carries no facts is refused: ${name}`, () => {
    assert.throws(
      () => readFacts(value, "runtime-stable"),
      (error) => {
        const { message } = assertRefusal(error, "SLW-GATE", says);
        return message.startsWith("runtime-stable does not carry the facts that gates look at: ");
      },
    );
  });
