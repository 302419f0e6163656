import assert from "node:assert/strict";
import { test } from "node:test";
import { promotion, signer } from "./__fixtures__/promotion.ts";
import { sumsSigned } from "./sums-signed.ts";

const stranger = "F6".repeat(20);
const signedBy = (...found: string[]) => sumsSigned.check({ ...promotion, signatures: { expected: [signer], found } });

test("sums that the expected key signed, perhaps among others, may be promoted", () => {
  assert.equal(signedBy(signer), undefined);
  assert.equal(signedBy(stranger, signer), undefined);
});

test("while keys change, one of those that are expected is enough", () => {
  const check = (...found: string[]) =>
    sumsSigned.check({ ...promotion, signatures: { expected: [signer, "A1".repeat(20)], found } });
  assert.equal(check("A1".repeat(20)), undefined);
  assert.equal(check(signer), undefined);
  assert.match(check(stranger) ?? "", new RegExp(`and not by ${signer} or (?:A1){20}, the key of`));
});

test("sums that nobody signed may not", () => {
  assert.equal(
    signedBy(),
    "SHA256SUMS of runtime 1.4.1 has no signature that verifies, so nobody can tell who made these files; the key of " +
      `channel candidate, ${signer}, must have signed it. Update the stack that moves candidate, which signs it, then run ` +
      "this update again.",
  );
});

test("sums that a key of another role or a stranger's signed may not, and the key is named", () => {
  const objection = signedBy(stranger, "07".repeat(20)) ?? "";
  assert.match(
    objection,
    new RegExp(`^SHA256SUMS of runtime 1\\.4\\.1 is signed by ${stranger} and (?:07){20}, and not by`),
  );
  assert.match(objection, new RegExp(`and not by ${signer}, the key of channel candidate: .* slipway:signer `));
});
