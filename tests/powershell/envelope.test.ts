import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "../engine/checkout.ts";
import { openEnvelope, writeEnvelope } from "./envelope.ts";
import { makeRecoveryKey } from "./recovery-key.ts";

const key = makeRecoveryKey(3072);
const secret = Buffer.from("a key that signs releases");

test("an envelope that DPAPI wraps too is opened by the recovery key, with no Windows at hand", async () => {
  const envelope = await writeEnvelope(secret, key);
  const byAccount = { header: { alg: "runtime-dpapi-user" }, encrypted_key: "AQAAANCMnd8BFdERjHoAwE_Cl-s" };
  const opened = await openEnvelope({ ...envelope, recipients: [byAccount, ...envelope.recipients] }, key.privateKey);
  assert.deepEqual(Buffer.from(opened), secret);
});

test("an envelope that was altered, or is another's, is not opened", async () => {
  const envelope = await writeEnvelope(secret, key);
  const turned = (text = "") => `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
  for (const field of ["ciphertext", "iv", "tag", "protected"] as const) {
    await assert.rejects(openEnvelope({ ...envelope, [field]: turned(envelope[field]) }, key.privateKey), field);
  }
  await assert.rejects(openEnvelope(envelope, makeRecoveryKey(2048).privateKey));
  await assert.rejects(openEnvelope(await writeEnvelope(secret, key, 2), key.privateKey), /another one/);
});

test("the module states what another implementation understands", () => {
  const module = readFileSync(
    join(repository, "packaging/runtime/assets/windows/RuntimeEscrow/RuntimeEscrow.psm1"),
    "utf8",
  );
  const stated = /^\$script:Protected = '(.*)'$/m.exec(module)?.[1] ?? "";
  assert.deepEqual(JSON.parse(stated), { enc: "A256CBC-HS512", typ: "runtime-escrow", version: 1 });
  assert.match(module, /^\$script:ByRecoveryKey = 'RSA-OAEP-256'$/m);
});
